// What a lab can be set to: how each setting stands in an address, and what it may be.
//
// What comes from an address is anybody's: it is read as one of the choices, or as numbers
// within their ranges, or left.

import { parameterOf, parse } from "../model/numbers.ts";
import type { Entry, Parameter, Spec, State, Window } from "../model/contract.ts";
import { optimizerOf, ordered, same } from "../model/racers.ts";
import { editable, fits, isRange, readRule, withRule } from "../engine/rule.ts";
import { findSurface } from "../engine/surface.ts";

export interface Setting {
  name: string;
  write(value: unknown): string | null; // null where it is too long for an address
  // Or a complaint; `get` is what the address says of the settings in FIRST.
  read(text: string, get: (name: string) => unknown): { value: unknown } | string;
}

export const FIRST = ["rule", "own"]; // what the others mean depends on these

function setting<Value>(
  name: string,
  write: (value: Value) => string | null,
  read: (text: string, get: (name: string) => unknown) => { value: Value } | string,
): Setting {
  return { name, write: (value) => write(value as Value), read }; // the model holds what was checked
}

const list = (text: string) => (text === "" ? [] : text.split(","));
export const quote = (text: string) => (text.length > 24 ? `“${text.slice(0, 24)}…”` : `“${text}”`);

export function settingsOf(spec: Spec): Setting[] {
  const withRuleOf = (get: (name: string) => unknown) =>
    withRule(spec, get("rule") as string, (get("own") ?? {}) as Own);
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
    setting<Entry[]>("racers", writeRacers, (text, get) => readRacers(withRuleOf(get), text)),
    setting("world", String, (text) => {
      const names = spec.network?.worlds.map(({ name }) => name) ?? [];
      if (names.includes(text)) return { value: text };
      return `${quote(text)} is no world of this race; choices: ${names.join(", ")}`;
    }),
    setting("schedule", String, (text) => {
      const names = spec.schedules.map(({ name }) => name);
      if (names.includes(text)) return { value: text };
      return `${quote(text)} is no schedule of this lab; choices: ${names.join(", ")}`;
    }),
    setting<string[]>("sweep", String, (text, get) => {
      const [name = "", x = "", y = "", ...rest] = text.split(",");
      const found = withRuleOf(get).optimizers.find((one) => one.name === optimizerOf(name));
      const { parameters, rule } = found ?? { parameters: [], rule: null };
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
  const edited = [
    setting<string>(
      "rule",
      (text) => (fits(text) ? text : null),
      (text) => {
        const rule = text ? readRule(spec, text) : null;
        if (!rule || !("message" in rule)) return { value: text };
        return `the rule cannot be read, line ${rule.line}: ${rule.message}`;
      },
    ),
    setting<Own>("own", writeOwn, readOwn),
  ];
  const known = [...special, ...numbers, ...(editable(spec) ? edited : [])];
  const missing = new Set(spec.network ? ["surface", "start", "window", "sweep"] : ["world"]);
  if (spec.schedules.length === 0) missing.add("schedule");
  const all = known.filter(({ name }) => !missing.has(name));
  return spec.replay ? all.filter(({ name }) => name === "step" || name === "racers") : all;
}

type Own = NonNullable<State["own"]>;

// power:0.5:0:1,delay:3:0:10
const writeOwn = (own: Own): string =>
  Object.entries(own)
    .map((parts) => parts.flat().join(":"))
    .join(",");

function readOwn(text: string): { value: Own } | string {
  const read: [string, [number, number, number]][] = [];
  for (const part of list(text)) {
    const [name = "", ...numbers] = part.split(":");
    const [value = NaN, low = NaN, high = NaN, ...rest] = numbers.map((number) =>
      number ? Number(number) : NaN,
    );
    if (
      !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ||
      name in {} ||
      !Number.isFinite(value) ||
      !isRange(low, high) ||
      rest.length
    ) {
      return `own ${quote(part)} must be an argument, its value, and its slider’s from and to, as power:0.5:0:1`;
    }
    read.push([name, [value, low, high]]);
  }
  return { value: Object.fromEntries(read) };
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
