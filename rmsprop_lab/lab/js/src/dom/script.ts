// Scripts that come when they are first needed. A page opened from a file may not load modules, but classic scripts.

// Where this script is from; nowhere in a notebook, whose module holds all it needs.
const own = typeof document === "undefined" ? null : (document.currentScript as HTMLScriptElement | null);
const asked = new Map<string, Promise<void>>();

// Run a script that lies beside this one, once.
export function load(name: string): Promise<void> {
  const before = asked.get(name);
  if (before) return before;
  const coming = new Promise<void>((done, fail) => {
    const script = document.createElement("script");
    script.src = (own?.src ?? "").replace(/[^/]*\.js(?=\?|$)/, name); // what follows the name tells versions apart
    script.addEventListener("load", () => done());
    script.addEventListener("error", () => {
      asked.delete(name); // next time it may come
      script.remove();
      fail(new Error(`${name} could not be loaded`));
    });
    document.head.append(script);
  });
  asked.set(name, coming);
  return coming;
}
