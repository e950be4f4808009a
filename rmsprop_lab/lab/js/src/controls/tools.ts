// What a lab and a race offer: reset, share, and where there is one to keep, the picture; and the whole screen.

import { copy } from "../dom/clipboard.ts";
import { button, element } from "../dom/html.ts";
import { toolbar } from "../dom/tabs.ts";

export interface Tools {
  reset: () => void;
  // Null where there is no address to share.
  sharing: { link(): string; left(): string[] } | null;
  code?: HTMLButtonElement | null; // shows the racers as code, where the lab has it
  save?: Record<string, () => void>; // by the name of the format
  whole?: HTMLElement; // what fills the screen
}

export function createTools(
  name: string,
  { reset, sharing, code, save, whole }: Tools,
  say: (text: string) => void,
): HTMLElement {
  const buttons: (Node | string)[] = [button("Reset", reset)];
  if (sharing) {
    const take = () => {
      const left = sharing.left().join(" and ");
      const but = left && ` It does not hold the ${left}: too long for an address.`;
      return copy("Link", sharing.link(), "the link is in the address bar", say, undefined, but);
    };
    buttons.push(button("Copy link", () => void take()));
  }
  if (code) buttons.push(code);
  if (whole && document.fullscreenEnabled) {
    const fill = () => (document.fullscreenElement ? document.exitFullscreen() : whole.requestFullscreen());
    buttons.push(button("Full screen", () => void fill().catch((error: Error) => say(error.message))));
  }
  const formats = Object.entries(save ?? {}).map(([name, act]) => button(name, act, `Save as ${name}`));
  if (formats.length > 0) buttons.push(element("span", { className: "lab-save" }, "Save ", ...formats));
  return toolbar(name, "lab-tools", ...buttons);
}
