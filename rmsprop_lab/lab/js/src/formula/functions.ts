// The functions of a rule, by the names that people write.

import { Arithmetic, type Value } from "./arithmetic.ts";
import { Recording } from "./recording.ts";

export interface Callable {
  takes: string[]; // “...” for more of the kind
  compute: (...values: Value[]) => Value;
}

export const CONSTANTS = new Map([
  ["np.pi", Math.PI],
  ["np.e", Math.E],
  ["math.pi", Math.PI],
  ["math.e", Math.E],
]);

export function functionsOf(by: Arithmetic): Map<string, Callable> {
  const one = (compute: (x: Value) => Value): Callable => ({ takes: ["x"], compute });
  const two = (compute: (a: Value, b: Value) => Value): Callable => ({ takes: ["a", "b"], compute });
  const real = (operation: string) => one((x) => by.real(operation, x));
  const rounded = ["sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "tanh"];
  return new Map<string, Callable>([
    ...rounded.map((name) => [`np.${name}`, real(name)] as const),
    ...rounded.map((name) => [`math.${name}`, real(name)] as const),
    ["np.fabs", real("absolute")],
    ["math.fabs", real("absolute")],
    ["np.abs", one(by.absolute)],
    ["np.absolute", one(by.absolute)],
    ["np.sign", one(by.sign)],
    ["np.square", one(by.square)],
    ["np.power", two(by.power)],
    ["np.pow", two(by.power)],
    ["np.minimum", two(by.minimum)],
    ["np.maximum", two(by.maximum)],
    ["np.where", { takes: ["condition", "a", "b"], compute: by.where }],
    ["np.clip", { takes: ["x", "low", "high"], compute: by.clip }],
    ["math.pow", two((a, b) => by.power({ ...a, whole: 0 }, { ...b, whole: 0 }))],
    ["abs", one(by.absolute)],
    ["pow", two(by.power)],
    ["min", { takes: ["a", "b", "..."], compute: by.min }],
    ["max", { takes: ["a", "b", "..."], compute: by.max }],
  ]);
}

const ALL = functionsOf(new Arithmetic(new Recording([])));

// NumPy's by the last part of their names, as in sqrt(x), but for those that are Python's own.
export const UNQUALIFIED = [...ALL.keys()]
  .filter((name) => name.startsWith("np."))
  .map((name) => name.slice("np.".length))
  .filter((name) => !ALL.has(name));
