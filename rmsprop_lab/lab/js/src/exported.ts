// The labs of a page that nbconvert made of a notebook. A script from the network draws such a page's widgets, and without
// a network nothing would; but the page holds all that the labs had, their script among it. So they start from that.

import type { Model } from "./model/follow.ts";
import { createStore } from "./model/store.ts";

const VIEW = "application/vnd.jupyter.widget-view+json";
const STATE = "application/vnd.jupyter.widget-state+json";
const SERVED = "#jupyter-config-data"; // what a page has that a server's kernel stands behind
const OURS = "const rmspropLab"; // as the script of a lab begins

type Place = Record<string, unknown>;

interface Held {
  state: Place & { _esm?: string };
  buffers?: { path: string[]; data: string }[]; // in base64
}

type Draw = (host: { model: Model; el: Element }) => unknown;

// The values of a widget, and its numbers where they belong.
function valuesOf({ state, buffers }: Held): Place {
  for (const { path, data } of buffers ?? []) {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const above = path.slice(0, -1).reduce((of, name) => of[name] as Place, state as Place);
    above[path.at(-1)!] = new DataView(bytes.buffer);
  }
  return state;
}

const modules = new Map<string, Promise<Draw>>(); // by their text: all labs of a page have the same

function drawing(text: string): Promise<Draw> {
  const known = modules.get(text);
  if (known) return known;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const made = import(address).then((module: { default: { render: Draw } }) => module.default.render);
  modules.set(text, made);
  return made;
}

const json = (script: Element) => JSON.parse(script.textContent) as unknown;
const all = (type: string) => document.querySelectorAll(`script[type="${type}"]`);

function start(): void {
  if (document.querySelector(SERVED)) return;
  const states = Array.from(all(STATE), (script) => (json(script) as { state: Record<string, Held> }).state);
  const held = Object.assign({}, ...states) as Record<string, Held>;
  for (const script of all(VIEW)) {
    const one = held[(json(script) as { model_id: string }).model_id];
    const { _esm: text = "" } = one?.state ?? {};
    if (!one || !text.startsWith(OURS)) continue;
    const el = script.parentElement!;
    script.remove(); // or the script from the network would draw it once more
    void drawing(text).then((draw) => draw({ model: createStore(valuesOf(one)), el }));
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
