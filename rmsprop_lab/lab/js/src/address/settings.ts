// What a lab can be set to: how each setting stands in an address, and what it may be.
//
// What comes from an address is anybody's: it is read as one of the choices, or as numbers
// within their ranges, or left.

import { parameterOf, parse } from "../model/numbers.ts";
import type { Entry, Parameter, Spec, Window } from "../model/contract.ts";
import { optimizerOf, ordered, same } from "../model/racers.ts";
import { findSurface } from "../engine/surface.ts";

export interface Setting {
  name: string;
  write(value: unknown): string;
  read(text: string): { value: unknown } | string; // or a complaint
}

function setting<Value>(
  name: string,
  write: (value: Value) => string,
  read: (text: string) => { value: Value } | string,
): Setting {
  return { name, write: (value) => write(value as Value), read }; // the model holds what was checked
}

const list = (text: string) => (text === "" ? [] : text.split(","));
export const quote = (text: string) => (text.length > 24 ? `“${text.slice(0, 24)}…”` : `“${text}”`);

export function settingsOf(spec: Spec): Setting[] {
  const optimizers = new Map(spec.optimizers.map((optimizer) => [optimizer.name, optimizer]));
  const special = [
    setting("surface", String, (text) => {
      const found = findSurface(spec, text);
      return "message" in found ? `${quote(text)} is no surface: ${found.message}` : { value: text };
    }),
    setting<number[]>("start", String, (text) =>
      readNumbers(parameterOf(spec, "start"), "start takes two numbers, x,y", text, 2),
    ),
    setting<Window>("window", String, (text) => {
      const parameter = { ...parameterOf(spec, "start"), label: "window" };
      const read = readNumbers(parameter, "window takes four numbers, x from, x to, y from, y to", text, 4);
      if (typeof read === "string") return read;
      const [left = NaN, right = NaN, bottom = NaN, top = NaN] = read.value;
      const wide = 1e-9 * Math.max(...read.value.map(Math.abs), 1e-9);
      if (!(right - left > wide && top - bottom > wide)) {
        return `window ${quote(text)} must go from the smaller to the larger`;
      }
      return {
        value: [
          [left, right],
          [bottom, top],
        ],
      };
    }),
    setting<Entry[]>("racers", writeRacers, (text) => readRacers(spec, text)),
    setting("schedule", String, (text) => {
      const names = spec.schedules.map(({ name }) => name);
      if (names.includes(text)) return { value: text };
      return `${quote(text)} is no schedule of this lab; choices: ${names.join(", ")}`;
    }),
    setting<string[]>("sweep", String, (text) => {
      const [name = "", x = "", y = "", ...rest] = text.split(",");
      const { parameters, rule } = optimizers.get(optimizerOf(name)) ?? { parameters: [], rule: null };
      return rule && x !== y && parameters.includes(x) && parameters.includes(y) && rest.length === 0
        ? { value: [name, x, y] }
        : `sweep ${quote(text)} must be an optimiser and two of its hyper-parameters`;
    }),
  ];
  const numbers = spec.parameters
    .filter(({ name }) => name !== "start")
    .map((parameter) =>
      setting<number>(parameter.name, String, (text) => {
        const value = parse(parameter, text);
        return typeof value === "string" ? value : { value };
      }),
    );
  const all = [...special, ...numbers].filter(({ name }) => name !== "schedule" || spec.schedules.length > 0);
  return spec.replay ? all.filter(({ name }) => name === "step" || name === "racers") : all;
}

// sgd,rmsprop:rho:0.9,rmsprop:rho:0.99:epsilon:0.1
const writeRacers = (entries: Entry[]): string =>
  entries
    .map(({ optimizer, settings }) => [optimizer, ...Object.entries(settings).flat()].map(escape).join(":"))
    .join(",");

// A name may hold the signs that stand between names.
const escape = (part: string | number) => String(part).replace(/[%,:]/g, encodeURIComponent);
const unescape = (part: string) => part.replace(/%(25|2C|3A)/g, decodeURIComponent);

function readRacers(spec: Spec, text: string): { value: Entry[] } | string {
  const entries: Entry[] = [];
  for (const part of list(text)) {
    const entry = readRacer(spec, part.split(":").map(unescape));
    if (typeof entry === "string") return entry;
    if (entries.some((other) => same(entry, other))) return `${quote(part)} stands there twice`;
    entries.push(entry);
  }
  if (entries.length === 0) return `racers is empty; ${choices(spec)}`;
  for (const { name, looks } of spec.optimizers) {
    const count = entries.filter(({ optimizer }) => optimizer === name).length;
    if (count > looks.length) return `${name} comes ${count} times; ${looks.length} times at most`;
  }
  return { value: entries };
}

const choices = ({ optimizers }: Spec) => `choices: ${optimizers.map(({ name }) => name).join(", ")}`;

function readRacer(spec: Spec, [name = "", ...pairs]: string[]): Entry | string {
  const optimizer = spec.optimizers.find((one) => one.name === name);
  if (!optimizer) return `${quote(name)} is no optimiser of this lab; ${choices(spec)}`;
  const settings = new Map<string, number>();
  for (let k = 0; k < pairs.length; k += 2) {
    const [parameter = "", text = ""] = pairs.slice(k, k + 2);
    if (!optimizer.parameters.includes(parameter)) {
      return `${quote(parameter)} is no setting of ${name}; choices: ${optimizer.parameters.join(", ") || "none"}`;
    }
    const value = parse(parameterOf(spec, parameter), text);
    if (typeof value === "string") return value;
    if (settings.has(parameter)) return `${quote(parameter)} of ${name} stands there twice`;
    settings.set(parameter, value);
  }
  return { optimizer: name, settings: ordered(optimizer, Object.fromEntries(settings)) };
}

function readNumbers(
  parameter: Parameter,
  wanted: string,
  text: string,
  count: number,
): { value: number[] } | string {
  const read = text.split(",").map((part) => parse(parameter, part));
  const wrong = read.find((value) => typeof value === "string");
  if (wrong !== undefined) return wrong;
  const value = read.filter((value) => typeof value === "number");
  return value.length === count ? { value } : wanted;
}
