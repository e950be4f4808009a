// A slider for each number, and beside it the number itself, to read and to type.

import { onSlide } from "../dom/drag.ts";
import { createMessage, element, newId, setAttribute, setText } from "../dom/html.ts";
import { ends, exact, fromPosition, parse, toPosition } from "../model/numbers.ts";
import type { Parameter } from "../model/contract.ts";

export interface Control {
  element: HTMLElement;
  show(): void; // as the model is now
  forget?(): void; // what is typed and was not taken
}

// The box where the number is typed. What is not allowed stays there, with the reason.
export function numberBox(
  parameter: Parameter,
  label: string,
  message: HTMLElement,
  onInput: (value: number) => void,
): HTMLInputElement & { show(value: number): void; forget(): void } {
  const box = element("input", {
    type: "text",
    className: "lab-number",
    inputMode: "decimal",
    autocomplete: "off",
  });
  box.setAttribute("aria-label", label);
  box.setAttribute("aria-describedby", message.id);
  const complain = (text: string) => {
    setText(message, text); // said once
    message.hidden = text === "";
    if (text) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  };
  let typing = false;
  let shown = NaN;
  box.addEventListener("input", () => (typing = true));
  box.addEventListener("blur", () => (typing = false));
  const commit = () => {
    typing = false;
    const value = parse(parameter, box.value);
    complain(typeof value === "string" ? value : "");
    if (typeof value === "number") onInput(value);
  };
  box.addEventListener("change", commit);
  // JupyterLab keeps the Enter key from becoming a change.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
  });
  return Object.assign(box, {
    // What is being typed, or waits to be mended, is not written over by other changes.
    show(value: number) {
      const moved = value !== shown;
      shown = value;
      if (typing || (!moved && box.hasAttribute("aria-invalid"))) return;
      const text = exact(value);
      if (box.value !== text) box.value = text;
      if (!message.hidden) complain("");
    },
    forget() {
      typing = false;
      complain("");
    },
  });
}

const TYPES = /^[-−+.\d]$/; // what a number begins with

// A value at which something changes, marked on the slider.
export interface Border {
  at: number;
  name: string;
  words: string; // the same for those who listen, and who point at it
}

export function createSlider(
  parameter: Parameter,
  get: () => number,
  onInput: (value: number) => void,
  // What it is called: what the eye need not read, what it reads, and again what it need not.
  words: () => [before: string, seen: string, after: string] = () => ["", parameter.label, ""],
  aside: () => string = () => "",
  border: (() => Border | null) | null = null,
): Control {
  const id = newId();
  const { min, max, step } = ends(parameter);
  const range = element("input", { type: "range", name: parameter.name, id });
  Object.assign(range, { min: String(min), max: String(max), step: String(step) });
  const message = createMessage();
  const box = numberBox(parameter, `${words().join("")}, as a number`, message, onInput);
  onSlide(
    range,
    (position, reach) => onInput(fromPosition(parameter, position, reach)),
    () => {
      const before = get();
      return () => onInput(before);
    },
  );
  // One stop of the Tab key for both: a key that types a number goes to the box, and Enter does.
  box.tabIndex = -1;
  range.ariaDescription = "or type the number";
  range.addEventListener("keydown", (event) => {
    const types = TYPES.test(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey || !(types || event.key === "Enter")) return;
    box.focus();
    box.select(); // what is typed takes the place of what stands there
    if (!types) event.preventDefault(); // nor is it taken back as it stands
  });
  const said = ["lab-status", "lab-called", "lab-status"].map((className) => element("span", { className }));
  const symbol = element("span", { className: "lab-symbol" }, parameter.symbol);
  symbol.setAttribute("aria-hidden", "true");
  box.title = parameter.unit;
  const remark = element("span", { className: "lab-aside" });
  const slot = element("span", { className: "lab-slot" }, range);
  const told = element("span", { id: newId(), hidden: true }); // the slider's description
  if (border) {
    slot.classList.add("lab-flagged");
    range.setAttribute("aria-describedby", told.id);
    slot.append(told);
  }
  let shown = "";
  const showBorder = (found: Border | null) => {
    const share = found ? (toPosition(parameter, found.at) - min) / (max - min) : NaN;
    const [seen, words] = [share >= 0 && share <= 1, found?.words ?? ""];
    if (shown === `${share} ${words}`) return; // what is written is laid out anew, even if it is the same
    shown = `${share} ${words}`;
    setText(told, words);
    slot.title = words;
    slot.classList.toggle("lab-border", seen);
    slot.classList.toggle("lab-late", share > 0.5);
    slot.dataset.border = found?.name ?? "";
    slot.style.setProperty("--lab-share", String(share));
  };
  const control = element(
    "div",
    { className: "lab-control" },
    element("label", { htmlFor: id }, ...said, " ", symbol, remark),
    slot,
    element("span", { className: "lab-value" }, box),
    message,
  );
  return {
    element: control,
    show() {
      const value = get();
      const position = toPosition(parameter, value);
      const near = Math.abs(range.valueAsNumber - position) <= step / 2;
      if (!near && fromPosition(parameter, range.valueAsNumber) !== value) range.value = String(position);
      const now = words();
      now.forEach((text, k) => setText(said[k]!, text));
      setAttribute(box, "aria-label", `${now.join("")}, as a number`);
      setText(remark, aside());
      if (border) showBorder(border());
      setAttribute(range, "aria-valuetext", `${exact(value)} ${parameter.unit}`);
      box.show(value);
    },
    forget: () => box.forget(),
  };
}

// Two boxes for the start point: a drag is not for everyone.
export function createStart(
  coordinate: Parameter,
  get: () => [number, number],
  onInput: (start: [number, number]) => void,
): Control {
  const [messageX, messageY] = [createMessage(), createMessage()];
  const x = numberBox(coordinate, "start x", messageX, (value) => onInput([value, get()[1]]));
  const y = numberBox(coordinate, "start y", messageY, (value) => onInput([get()[0], value]));
  const control = element(
    "div",
    { className: "lab-control lab-point" },
    element("span", {}, "start"),
    element("span", { className: "lab-value" }, "x ", x, " y ", y),
    messageX,
    messageY,
  );
  control.setAttribute("role", "group");
  control.setAttribute("aria-label", "start point");
  return {
    element: control,
    show() {
      x.show(get()[0]);
      y.show(get()[1]);
    },
    forget() {
      x.forget();
      y.forget();
    },
  };
}
