// The points as text, to change or to paste other ones. What cannot be read keeps the last picture, and is said.

import { button, createMessage, element, newId, setText } from "../dom/html.ts";
import type { Frames } from "../dom/frames.ts";
import { toolbar } from "../dom/tabs.ts";
import { pointsNow } from "../engine/line.ts";
import { hasDecimalCommas, printPoints, readPoints, writePoints } from "../engine/points.ts";
import type { Point } from "../model/contract.ts";
import { draftOf, type Drafts } from "../model/drafts.ts";
import type { Lab } from "../model/follow.ts";
import { format } from "../model/numbers.ts";

const REST = 1000; // ms without a key before a mistake is said
const ROOM = 100_000; // characters, twice what the most points need: what is cut is said to be too many
const LONG = "So many numbers are too long for an address: a link to the lab has all but them.";
const LABEL = "One point a line: the input u, then the target t";

export interface DataField {
  element: HTMLElement;
  forget(): void; // what is typed and was not taken
  stop(): void;
}

export function createDataField(
  lab: Lab,
  frames: Frames,
  drafts: Drafts,
  say: (text: string) => void,
): DataField {
  const { get, write } = lab;
  const id = newId();
  const message = createMessage();
  const note = element("p", { className: "lab-aside", hidden: true }, LONG);
  const box = element("textarea", {
    name: "data",
    className: "lab-data-text",
    id,
    rows: 4,
    spellcheck: false,
    maxLength: ROOM,
  });
  box.autocomplete = "off";
  box.setAttribute("aria-describedby", message.id);
  const fold = element("details", { className: "lab-fold lab-data-field" });
  const draft = draftOf(drafts, "data", get);
  let [typing, resting] = [false, 0];
  let known = pointsNow(lab); // the model's points, as this control knows them
  let lost = ""; // what was half typed when other points came
  const isHalfTyped = () => typing && typeof readPoints(box.value) === "string";
  const setAside = (text: string) => {
    lost = text;
    again.hidden = text === "";
  };
  const again = button("Bring back what was typed", () => {
    const text = lost;
    setAside(isHalfTyped() ? box.value : "");
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
    box.focus();
  });
  again.hidden = true;
  const complain = (words: string) => {
    clearTimeout(resting);
    message.hidden = words === "";
    setText(message, words && `${words} The picture is of the last whole data.`);
    if (words) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  };
  const show = () => {
    const points = pointsNow(lab);
    if (String(points) !== String(known)) {
      // Pulled, linked, or set by a notebook.
      if (isHalfTyped()) setAside(box.value);
      typing = false;
    }
    known = points;
    note.hidden = get("data") === null || writePoints(points) !== null;
    const half = draft.read();
    if (half !== null && half !== box.value) {
      // Reload or Back came to it; or Escape put back the point that was pulled.
      [box.value, typing, fold.open] = [half, true, true];
      if (lost === half) setAside("");
      complain(String(readPoints(half)));
    }
    if (typing) return;
    const text = printPoints(points);
    if (box.value !== text) box.value = text;
    complain("");
  };
  box.addEventListener("input", (event) => {
    typing = true;
    clearTimeout(resting);
    const points = readPoints(box.value);
    if (typeof points !== "string") {
      complain("");
      known = points;
      write({ data: points });
      draft.write(null);
      say(summary(points) + (hasDecimalCommas(box.value) ? " Commas were read as decimal ones." : ""));
      return;
    }
    draft.write(box.value);
    // Half a number is none yet: what is typed is left in peace until it rests.
    if (event.inputType === "insertFromPaste") complain(points);
    else resting = window.setTimeout(() => complain(points), REST);
  });
  box.addEventListener("blur", () => (typing = typeof readPoints(box.value) === "string"));
  frames.tell(show);
  const forget = () => {
    typing = false;
    draft.write(null);
    show();
  };
  const restore = () => {
    write({ data: null });
    forget();
    say("The data are the lab’s own again.");
  };
  fold.append(
    element("summary", {}, "Your own numbers"),
    element("label", { htmlFor: id }, LABEL),
    box,
    message,
    note,
    toolbar("these numbers", "lab-rule-tools", button("Reset data", restore), again),
  );
  return { element: fold, forget, stop: () => clearTimeout(resting) };
}

function summary(points: Point[]): string {
  const range = (place: 0 | 1) => {
    const values = points.map((point) => point[place]);
    return `${format(Math.min(...values), 4)} to ${format(Math.max(...values), 4)}`;
  };
  return `${points.length} points: inputs ${range(0)}, targets ${range(1)}.`;
}
