// A browser shows a notebook that lies beside a page opened from a file, instead of saving it.
// There it comes as a script, NAME.ipynb.js, which hands its text over; and is saved from memory.
if (location.protocol === "file:") {
  globalThis.takeHome = (name, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.download[href$='.ipynb']");
    if (!link) return;
    event.preventDefault();
    const script = document.createElement("script");
    script.src = `${link.href}.js`;
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  });
}
