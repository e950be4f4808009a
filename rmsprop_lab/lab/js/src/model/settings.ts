// What a lab can be set to: how each setting stands in an address, and what it may be.
//
// What comes from an address is anybody's: it is read as one of the choices, or as numbers
// within their ranges, or left.

import { parse } from "./numbers.ts";
import type { Parameter, Spec } from "./spec.ts";
import { findSurface } from "../engine/surface.ts";

export interface Setting {
  name: string;
  write(value: any): string;
  read(text: string): { value: unknown } | string; // or a complaint
}

const list = (text: string) => (text === "" ? [] : text.split(","));
export const quote = (text: string) => (text.length > 24 ? `“${text.slice(0, 24)}…”` : `“${text}”`);

export function settingsOf(spec: Spec): Setting[] {
  const parameters = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const optimizers = new Map(spec.optimizers.map((optimizer) => [optimizer.name, optimizer]));
  const labels = [...optimizers.keys()].join(", ");
  const isNumber = ({ name }: Parameter) => name !== "start";
  const special: Setting[] = [
    {
      name: "surface",
      write: String,
      read(text) {
        const found = findSurface(spec, text);
        return "message" in found ? `${quote(text)} is no surface: ${found.message}` : { value: text };
      },
    },
    {
      name: "start",
      write: (value: number[]) => value.join(","),
      read: (text) => readNumbers(parameters.get("start")!, "start takes two numbers, x,y", text, 2),
    },
    {
      name: "window",
      write: (value: number[][]) => value.flat().join(","),
      read(text) {
        const read = readNumbers(
          { ...parameters.get("start")!, label: "window" },
          "window takes four numbers, x from, x to, y from, y to",
          text,
          4,
        );
        if (typeof read === "string") return read;
        const [left, right, bottom, top] = read.value as number[];
        const wide = 1e-9 * Math.max(...(read.value as number[]).map(Math.abs), 1e-9);
        return right - left > wide && top - bottom > wide
          ? {
              value: [
                [left, right],
                [bottom, top],
              ],
            }
          : `window ${quote(text)} must go from the smaller to the larger`;
      },
    },
    {
      name: "shown",
      write: (value: string[]) => value.join(","),
      read(text) {
        const names = [...new Set(list(text))];
        const wrong = names.find((name) => !optimizers.has(name));
        if (names.length === 0) return `shown is empty; choices: ${labels}`;
        return wrong === undefined
          ? { value: names }
          : `${quote(wrong)} is no optimiser of this lab; choices: ${labels}`;
      },
    },
    {
      name: "rates",
      write: (value: Record<string, number>) =>
        Object.entries(value)
          .map(([name, rate]) => `${name}:${rate}`)
          .join(","),
      read(text) {
        const rates: Record<string, number> = {};
        for (const entry of list(text)) {
          const [name, ...rest] = entry.split(":");
          const value = optimizers.get(name)?.hyper.includes("learning_rate")
            ? parse(parameters.get("learning_rate")!, rest.join(":"))
            : `${quote(name)} is no optimiser with a learning rate here`;
          if (typeof value === "string") return value;
          if (name in rates) return `${quote(name)} has two learning rates`;
          rates[name] = value;
        }
        return { value: rates };
      },
    },
    {
      name: "sweep",
      write: (value: string[]) => value.join(","),
      read(text) {
        const [name, x, y, ...rest] = text.split(",");
        const { hyper, rule } = optimizers.get(name) ?? { hyper: [], rule: null };
        return rule && x !== y && hyper.includes(x) && hyper.includes(y) && rest.length === 0
          ? { value: [name, x, y] }
          : `sweep ${quote(text)} must be an optimiser and two of its hyper-parameters`;
      },
    },
  ];
  const numbers = spec.parameters.filter(isNumber).map((parameter): Setting => ({
    name: parameter.name,
    write: String,
    read(text) {
      const value = parse(parameter, text);
      return typeof value === "string" ? value : { value };
    },
  }));
  const all = [...special, ...numbers];
  return spec.replay ? all.filter(({ name }) => name === "step" || name === "shown") : all;
}

function readNumbers(
  parameter: Parameter,
  wanted: string,
  text: string,
  count: number,
): { value: unknown } | string {
  const values = text.split(",").map((part) => parse(parameter, part));
  const wrong = values.find((value) => typeof value === "string");
  if (wrong !== undefined) return String(wrong);
  return values.length === count ? { value: values } : wanted;
}
