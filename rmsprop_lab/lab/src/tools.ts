// Reset, copy a link to these settings, keep the paths.

export interface Tools {
  reset: () => void;
  link: (() => string) | null; // null where there is no address to share
  csv: () => string;
}

export function createTools({ reset, link, csv }: Tools, say: (text: string) => void): HTMLElement {
  const element = document.createElement("div");
  element.className = "lab-tools";
  const button = (text: string, act: () => void) => {
    const made = element.appendChild(document.createElement("button"));
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
  };
  button("Reset", () => {
    reset();
    say("Reset.");
  });
  if (link) {
    button("Copy link", async () => {
      const address = link();
      try {
        await navigator.clipboard.writeText(address);
        say("Link copied.");
      } catch {
        say(`Copying is not allowed here; the link is in the address bar.`);
      }
    });
  }
  button("Paths as CSV", () => {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    anchor.download = "paths.csv";
    anchor.click();
    URL.revokeObjectURL(anchor.href);
  });
  return element;
}
