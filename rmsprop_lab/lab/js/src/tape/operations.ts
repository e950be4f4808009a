// What a tape can do: each operation once, as text for a function that is built and as a function for
// one that is interpreted. The same list as OPERATIONS of tape.py.

import type { Tape } from "../model/contract.ts";

export type Run = (a: number, b: number, c: number) => number;

// Each operation as text, with $0, $1 ... for its operands, and as a function.
type Forms = [text: string, run: Run];

// They have the same bits as in Python.
const EXACT = new Map<string, Forms>([
  ["add", ["($0 + $1)", (a, b) => a + b]],
  ["subtract", ["($0 - $1)", (a, b) => a - b]],
  ["multiply", ["($0 * $1)", (a, b) => a * b]],
  ["divide", ["($0 / $1)", (a, b) => a / b]],
  ["negative", ["(-$0)", (a) => -a]],
  ["sqrt", ["Math.sqrt($0)", Math.sqrt]],
  ["absolute", ["Math.abs($0)", Math.abs]],
  ["sign", ["(Math.sign($0) + 0)", (a) => Math.sign(a) + 0]], // + 0: in Python no -0 comes out
  ["minimum", ["Math.min($0, $1)", (a, b) => Math.min(a, b)]],
  ["maximum", ["Math.max($0, $1)", (a, b) => Math.max(a, b)]],
  ["less", ["+($0 < $1)", (a, b) => +(a < b)]],
  ["less_equal", ["+($0 <= $1)", (a, b) => +(a <= b)]],
  ["equal", ["+($0 === $1)", (a, b) => +(a === b)]],
  ["not_equal", ["+($0 !== $1)", (a, b) => +(a !== b)]],
  ["where", ["($0 ? $1 : $2)", (a, b, c) => (a ? b : c)]],
]);

// They may differ in the last one, and take long.
const INEXACT = new Map<string, Forms>([
  ["power", ["Math.pow($0, $1)", Math.pow]],
  ["cbrt", ["Math.cbrt($0)", Math.cbrt]],
  ["exp", ["Math.exp($0)", Math.exp]],
  ["log", ["Math.log($0)", Math.log]],
  ["sin", ["Math.sin($0)", Math.sin]],
  ["cos", ["Math.cos($0)", Math.cos]],
  ["tan", ["Math.tan($0)", Math.tan]],
  ["tanh", ["Math.tanh($0)", Math.tanh]],
]);

export const OPERATIONS = new Map([...EXACT, ...INEXACT]);

export const LONGEST = 10_000; // lines

// One operation on numbers.
export function operate(operation: string, [a = 0, b = 0, c = 0]: number[]): number {
  return OPERATIONS.get(operation)![1](a, b, c);
}

// How often a tape computes what takes long; a power as much as three others.
export function slowness(tape: Tape | null): number {
  const of = (operation: string) => (operation === "power" ? 3 : Number(INEXACT.has(operation)));
  return (tape?.lines ?? []).reduce((sum, [operation]) => sum + of(operation), 0);
}
