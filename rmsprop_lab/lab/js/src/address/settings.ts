// What a lab can be set to: how each setting stands in an address, and what it may be.
//
// What comes from an address is anybody's: it is read as one of the choices, or as numbers
// within their ranges, or left.

import { parameterOf, parse } from "../model/numbers.ts";
import type { Parameter, Spec, Window } from "../model/contract.ts";
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
  const labels = [...optimizers.keys()].join(", ");
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
    setting<string[]>("shown", String, (text) => {
      const names = [...new Set(list(text))];
      const wrong = names.find((name) => !optimizers.has(name));
      if (names.length === 0) return `shown is empty; choices: ${labels}`;
      if (wrong === undefined) return { value: names };
      return `${quote(wrong)} is no optimiser of this lab; choices: ${labels}`;
    }),
    setting<Record<string, number>>(
      "rates",
      (rates) => String(Object.entries(rates).map((entry) => entry.join(":"))),
      (text) => {
        const rates: Record<string, number> = {};
        for (const entry of list(text)) {
          const [name = "", ...rest] = entry.split(":");
          const value = optimizers.get(name)?.parameters.includes("learning_rate")
            ? parse(parameterOf(spec, "learning_rate"), rest.join(":"))
            : `${quote(name)} is no optimiser with a learning rate here`;
          if (typeof value === "string") return value;
          if (name in rates) return `${quote(name)} has two learning rates`;
          rates[name] = value;
        }
        return { value: rates };
      },
    ),
    setting<string[]>("sweep", String, (text) => {
      const [name = "", x = "", y = "", ...rest] = text.split(",");
      const { parameters, rule } = optimizers.get(name) ?? { parameters: [], rule: null };
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
  const all = [...special, ...numbers];
  return spec.replay ? all.filter(({ name }) => name === "step" || name === "shown") : all;
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
