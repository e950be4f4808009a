// A check of the rule that stands in a lab's field: the button, and what is found.

import { button, element, setText } from "../dom/html.ts";
import type { Frames } from "../dom/frames.ts";
import type { parseRule } from "../formula/rule.ts";
import type { Lab } from "../model/follow.ts";
import type { checkTape } from "../tape/checked.ts";
import { read } from "./arrays.ts";
import { checkRule } from "./check.ts";
import { prepare } from "./nearest.ts";
import { parting } from "./parting.ts";

// What a lab has of a rule that a reader edits.
export interface Edited {
  lab: Lab;
  field: HTMLElement; // the text, and what belongs to it
  // The lab's own, which this script has not: a class of its errors would be another one.
  parse: typeof parseRule;
  checkTape: typeof checkTape;
  tell: Frames["tell"];
}

declare global {
  interface Window {
    addCheck?: (edited: Edited) => void; // where a page has the script
  }
}

export function addCheck({ lab, field, parse, checkTape, tell }: Edited): void {
  const check = lab.get("check");
  if (!check) return;
  // Before anything is built of them.
  const { rule, outputs, mistakes, factors } = check;
  for (const tape of [rule, ...mistakes.map((one) => one.tape)]) {
    checkTape(tape, rule.takes.length, outputs.length);
  }
  for (const { tape } of factors) checkTape(tape, 1, 1);
  const box = field.querySelector("textarea")!;
  const found = element("div", { className: "lab-verdict" });
  found.setAttribute("role", "status");
  let checked: string | null = null; // the text that was found to be so
  const say = (kind: string, ...texts: string[]) => {
    found.dataset.found = kind;
    found.replaceChildren(
      ...texts.filter(Boolean).map((text) => {
        const line = element("p", {});
        setText(line, text);
        return line;
      }),
    );
  };
  const examine = () => {
    checked = box.value;
    const written = read(box.value, parse);
    if ("message" in written || box.hasAttribute("aria-invalid")) {
      const why = field.querySelector(".lab-message")?.textContent ?? "";
      say("", `There is nothing to check yet: ${why}`);
      return;
    }
    const verdict = checkRule(check, written);
    const settings = verdict.kind === "right" ? null : parting(lab, check, written);
    if (settings) lab.writeAll(Object.entries(settings));
    const moved = settings ? "The sliders were moved to where the two paths part." : "";
    say(verdict.kind, verdict.text, verdict.numbers, moved);
  };
  const press = button("Check", examine);
  press.setAttribute("aria-keyshortcuts", "Control+Enter");
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    examine();
  });
  // What was found is not said of another text.
  const forget = () => {
    if (checked === null || checked === box.value) return;
    checked = null;
    say("");
  };
  box.addEventListener("input", forget);
  tell(() => {
    lab.get("rule");
    forget();
  });
  window.requestIdleCallback?.(() => prepare(check)); // Safari has none: its first check takes a little longer
  field.append(element("div", { className: "lab-check" }, press, found));
}
