// A rule as Python text, to change: as one types, its path is another. What cannot be read keeps the last
// picture, and is said: below the field at once, to those who listen when the typing rests.

import { copy } from "../dom/clipboard.ts";
import { untracked } from "@preact/signals-core";
import { createSlider, numberBox, type Control } from "./controls.ts";
import type { Frames } from "../dom/frames.ts";
import { arrange, button, createMessage, element, newId, setText, write } from "../dom/html.ts";
import { toolbar } from "../dom/tabs.ts";
import { anyNumber, editable, fits, FURTHEST, isRange, readRule, toPython } from "../engine/rule.ts";
import { LONGEST } from "../formula/rule.ts";
import type { Parameter } from "../model/contract.ts";
import { draftOf, type Drafts } from "../model/drafts.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";

const REST = 1000; // ms without a key before a mistake is spoken
const MOST = 30; // lines: a longer rule scrolls
const LONG = "This rule is too long for an address: a link to the lab leaves it out.";

export interface RuleField {
  element: HTMLElement;
  forget(): void; // what is typed and was not taken
  stop(): void;
}

export function createRule(lab: Lab, say: (text: string) => void, frames: Frames, drafts: Drafts): RuleField {
  const { get, write: set } = lab;
  const sent = editable(get("spec"))!;
  const source = sent.source!;

  const id = newId();
  const message = element("p", { className: "lab-message", id: newId(), hidden: true });
  const spoken = element("p", { className: "lab-status" });
  spoken.setAttribute("role", "status");
  const note = element("p", { className: "lab-aside", hidden: true }, LONG);
  const sign = element("span", { className: "lab-rule-sign" }, "▲");
  sign.setAttribute("aria-hidden", "true");
  const box = element("textarea", {
    name: "rule",
    className: "lab-rule",
    id,
    wrap: "off",
    spellcheck: false,
    autocomplete: "off",
    autocapitalize: "off",
    maxLength: LONGEST + 1000, // what is pasted is cut, and said to be too long
  });
  box.setAttribute("autocorrect", "off");
  box.setAttribute("aria-describedby", message.id);
  const follow = () => {
    sign.style.transform = `translate(${-box.scrollLeft}px, ${-box.scrollTop}px)`;
  };
  box.addEventListener("scroll", follow);

  const draft = draftOf(drafts, "rule", get);
  const shown = () => get("rule") || source;
  let resting = 0;
  let seen: string | null = null; // the text of which the message is
  const complain = () => {
    const text = box.value;
    seen = text;
    box.style.setProperty("--lab-lines", String(Math.min(text.split("\n").length, MOST)));
    const rule = readRule(get("spec"), text);
    const wrong = "message" in rule;
    message.hidden = sign.hidden = !wrong;
    const words = wrong ? `${rule.message}. The picture is of the last whole rule.` : "";
    setText(message, words);
    if (wrong) {
      const before = text.slice(text.lastIndexOf("\n", rule.at - 1) + 1, rule.at).replaceAll("\t", "    ");
      sign.style.setProperty("--lab-line", String(rule.line));
      sign.style.setProperty("--lab-column", String(before.length));
      follow();
      box.setAttribute("aria-invalid", "true");
    } else box.removeAttribute("aria-invalid");
    note.hidden = wrong || fits(text);
    return { rule, words };
  };
  const restore = () => {
    draft.write(null);
    clearTimeout(resting);
    write(spoken, "");
    set({ rule: "", own: {} });
    say("The rule is the lab’s own again.");
    show();
  };
  box.addEventListener("input", () => {
    const { rule, words } = complain();
    clearTimeout(resting);
    resting = window.setTimeout(() => write(spoken, words), REST);
    if (!("message" in rule)) set({ rule: box.value.trimEnd() === source ? "" : box.value });
    draft.write(box.value === shown() ? null : box.value);
  });
  const select = () => box.select();
  const take = () => copy("Rule", toPython(box.value), "the rule is selected, to copy by hand", say, select);
  const tools = toolbar(
    "this rule",
    "lab-rule-tools",
    button("Reset rule", restore),
    button("Copy rule", () => void take()),
  );

  // What the rule takes and no other control sets.
  const rows = new Map<string, Added>();
  const others = element("div", { className: "lab-controls" });
  const added = () => {
    const optimizer = editable(lab.spec)!;
    const settable = new Set([...sent.parameters, ...lab.spec.controls]);
    return optimizer.parameters.filter((name) => !settable.has(name));
  };
  const show = () => {
    const text = draft.read() ?? shown();
    if (box.value !== text) box.value = text;
    if (text !== seen) complain();
    const needed = added().map((name) => {
      const row = rows.get(name) ?? createAdded(lab, name, say);
      rows.set(name, row);
      return row;
    });
    arrange(
      others,
      needed.map((row) => row.element),
    );
    for (const row of needed) row.show();
  };
  frames.tell(show);
  const title = sent.name === "own" ? sent.label : `the rule of ${sent.label}`;
  return {
    element: element(
      "div",
      { className: "lab-written" },
      element("label", { htmlFor: id }, `${title}, in Python`),
      element("div", { className: "lab-rule-box" }, box, sign),
      message,
      spoken,
      note,
      tools,
      others,
    ),
    forget() {
      draft.write(null);
      for (const row of rows.values()) row.forget();
      untracked(show); // nothing of the model may have changed
    },
    stop: () => clearTimeout(resting),
  };
}

type Added = ReturnType<typeof createAdded>;

// A slider for one argument more; the ends of one that the lab does not know can be set.
function createAdded(lab: Lab, name: string, say: (text: string) => void) {
  const parameter = () => parameterOf(lab.spec, name);
  const known = lab.get("spec").parameters.some((one) => one.name === name);
  const slot = element("div", {});
  const [first, second] = [endBox("from"), endBox("to")];
  function endBox(which: "from" | "to") {
    const label = `slider of ${name.replaceAll("_", " ")} ${which}`;
    const end: Parameter = {
      ...anyNumber(which, [0, 1]),
      label,
      low: -FURTHEST,
      high: FURTHEST,
    };
    const complaint = createMessage();
    const box = numberBox(end, label, complaint, (value) => {
      const [low, high] = parameter().slider;
      const [from, to] = which === "from" ? [value, high] : [low, value];
      if (isRange(from, to)) {
        const inside = Math.min(Math.max(lab.number(name), from), to);
        lab.write({ own: { ...lab.get("own"), [name]: [inside, from, to] } });
      } else {
        say(`The slider of ${name} goes from the smaller to the larger number.`);
        show();
      }
    });
    return { box, complaint };
  }
  const ends = element(
    "div",
    { className: "lab-ends", hidden: known },
    "from ",
    first.box,
    " to ",
    second.box,
    first.complaint,
    second.complaint,
  );
  let [slider, made]: [Control | null, string] = [null, ""];
  const show = () => {
    const [low, high] = parameter().slider;
    if (made !== `${low},${high}`) {
      made = `${low},${high}`;
      slider = createSlider(
        parameter(),
        () => lab.number(name),
        (value) => lab.writeNumber(name, value),
      );
      slot.replaceChildren(slider.element);
    }
    slider?.show();
    first.box.show(low);
    second.box.show(high);
  };
  return {
    element: element("div", { className: "lab-added" }, slot, ends),
    show,
    forget() {
      slider?.forget?.();
      first.box.forget();
      second.box.forget();
    },
  };
}
