// What one chooses rather than slides: the surface, the racers, epsilon's place, a preset.

import type { Control } from "./controls.ts";
import { button, createMessage, element, group, hide, newId, setText, write } from "../dom/html.ts";
import { roam } from "../dom/tabs.ts";
import { draftOf, type Drafts } from "../model/drafts.ts";
import type { Lab } from "../model/follow.ts";
import type { Entry } from "../model/contract.ts";
import { distinct, entriesOf } from "../model/racers.ts";
import { findSurface } from "../engine/surface.ts";

type Race = (entries: Entry[]) => void;

const OWN = "your own…";

// A surface of the list, or a formula that the reader types. A surface brings its start,
// its window and its parameters.
export function createSurfaceChoice({ spec, get, writeAll }: Lab, drafts: Drafts): Control {
  const select = element("select", { id: newId() });
  select.append(...spec.objectives.map(({ name }) => new Option(name)), new Option(OWN));
  const message = createMessage();
  // The sign stands under the wrong character: it has the box's font of one width, and scrolls with it.
  const sign = element("span", {});
  const under = element("div", { className: "lab-sign" }, sign);
  under.setAttribute("aria-hidden", "true");
  const box = element("input", {
    type: "text",
    className: "lab-formula",
    id: newId(),
    maxLength: 1000,
    spellcheck: false,
    autocomplete: "off",
    autocapitalize: "off",
  });
  box.setAttribute("aria-describedby", message.id);
  let suggestion = "";
  const take = button("", () => {
    box.value = suggestion;
    box.focus();
    box.dispatchEvent(new Event("input"));
  });
  const typed = element(
    "div",
    { className: "lab-typed", hidden: true },
    element("label", { htmlFor: box.id }, "f(x, y) ="),
    element("div", {}, box, under, message, take),
  );
  const draft = draftOf(drafts, "surface", get);
  const isListed = (text: string) => spec.objectives.some(({ name }) => name === text);

  const choose = (text: string) => {
    const found = findSurface(spec, text);
    const whole = !("message" in found);
    if (whole) {
      writeAll([
        ...Object.entries({ surface: text, start: found.start, window: null, step: null }),
        ...found.parameters.map((name, k) => [name, found.settings[k]] as const),
      ]);
    }
    return whole;
  };
  const follow = () => (sign.style.transform = `translateX(${-box.scrollLeft}px)`);
  box.addEventListener("scroll", follow);
  const complain = () => {
    const found = findSurface(spec, box.value);
    const wrong = "message" in found;
    message.hidden = !wrong;
    sign.textContent = wrong ? `${" ".repeat(found.at)}▲` : "";
    setText(message, wrong ? found.message : "");
    suggestion = wrong ? found.suggestion : "";
    take.hidden = !suggestion;
    write(take, `Write ${suggestion}`);
    follow();
    if (wrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  };
  select.addEventListener("change", () => {
    if (select.value !== OWN) {
      draft.write(null);
      choose(select.value);
      return;
    }
    draft.write(box.value);
    show();
    box.focus();
  });
  box.addEventListener("input", () => {
    complain();
    const whole = choose(box.value) && !isListed(box.value);
    draft.write(whole ? null : box.value);
  });
  const show = () => {
    const [text, typing] = [get("surface"), draft.read()];
    const own = typing !== null || !isListed(text);
    select.value = own ? OWN : text;
    hide(typed, !own);
    if (!own) return; // to look at what nobody sees would cost a layout
    if (box.value !== (typing ?? text)) box.value = typing ?? text;
    complain();
  };
  return {
    element: element(
      "div",
      { className: "lab-control lab-choice" },
      element("label", { htmlFor: select.id }, "surface"),
      select,
      typed,
    ),
    show,
    forget: () => draft.write(null),
  };
}

// Which of the lab's optimisers race: any set but none. One that joins does so as it was asked for at first.
export function createRacers({ spec, get }: Lab, race: Race): Control {
  const boxes = spec.optimizers.map(({ name, label }) => {
    const box = element("input", { type: "checkbox", value: name });
    return { box, label: element("label", {}, box, ` ${label}`) };
  });
  const control = group("optimisers", "lab-racers", ...boxes.map(({ label }) => label));
  const races = (name: string) => get("racers").some(({ optimizer }) => optimizer === name);
  control.addEventListener("change", () => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    const staying = get("racers").filter(({ optimizer }) => chosen.includes(optimizer));
    const joining = chosen.filter((name) => !races(name)).flatMap((name) => entriesOf(spec, name));
    const racers = [...staying, ...joining];
    race(racers.length > 0 ? racers : get("racers"));
  });
  control.role = "toolbar"; // so that who listens is told of the arrow keys
  const settle = roam(control);
  return {
    element: control,
    show() {
      const count = boxes.filter(({ box }) => races(box.value)).length;
      for (const { box } of boxes) {
        box.checked = races(box.value);
        box.disabled = box.checked && count === 1; // somebody has to race
      }
      settle();
    },
  };
}

const [OUTSIDE, INSIDE] = ["rmsprop", "rmsprop_inside"];

// Where epsilon stands: √s + ε or √(s + ε). The two are optimisers of their own; one takes the other's place with
// the settings that it has of its own, but for the learning rate, which was found for the other one.
export function createEpsilonPlace({ spec, get }: Lab, race: Race): Control {
  const name = newId();
  const places = {
    "outside √s + ε": [OUTSIDE],
    "inside √(s + ε)": [INSIDE],
    both: [OUTSIDE, INSIDE],
  };
  const placed = ({ optimizer }: Entry) => optimizer === OUTSIDE || optimizer === INSIDE;
  const moved = ({ settings }: Entry, optimizer: string) => ({
    optimizer,
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => name !== "learning_rate")),
  });
  const move = (rules: string[]) => {
    const racers = get("racers").flatMap((entry) =>
      placed(entry) ? rules.map((rule) => (rule === entry.optimizer ? entry : moved(entry, rule))) : [entry],
    );
    const joining = racers.some(placed) ? [] : rules.flatMap((rule) => entriesOf(spec, rule));
    race(distinct([...racers, ...joining]));
  };
  const radios = Object.entries(places).map(([text, rules]) => {
    const radio = element("input", { type: "radio", name });
    radio.addEventListener("change", () => move(rules));
    return { radio, rules, label: element("label", {}, radio, ` ${text}`) };
  });
  return {
    element: group("epsilon", "lab-place", ...radios.map(({ label }) => label)),
    show() {
      const racers = new Set(get("racers").map(({ optimizer }) => optimizer));
      for (const { radio, rules } of radios) {
        radio.checked = [OUTSIDE, INSIDE].every((one) => racers.has(one) === rules.includes(one));
      }
    },
  };
}

// Settings that somebody chose before: the tutorial's, the libraries'.
export function createPresets(
  { spec, writeAll }: Lab,
  forget: () => void,
  say: (text: string) => void,
): Control {
  const constant = spec.schedules.length > 0 ? { schedule: "constant", warmup: 0 } : {};
  const buttons = spec.presets.map(({ label, settings, note }) =>
    button(label, () => {
      // Another surface is seen whole; its start may lie beyond the window of this one. A run from a start of
      // its own is one without noise, at a constant rate.
      const seen = "surface" in settings ? { window: null } : {};
      const still = "start" in settings ? { noise: 0, ...constant } : {};
      forget();
      writeAll(Object.entries({ step: null, ...seen, ...still, ...settings }));
      say(note);
    }),
  );
  const control = group("presets", "lab-presets", ...buttons);
  control.role = "toolbar";
  roam(control);
  return { element: control, show() {} };
}
