import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line, Tape } from "../model/contract.ts";
import { format } from "../model/numbers.ts";
import { momentum, sgd } from "../fixtures.ts";
import { equationsOf, inNumbers, inSymbols } from "./equations.ts";
import { valuesOf } from "./building.ts";

const SYMBOLS = new Map([
  ["learning_rate", "α"],
  ["rho", "ρ"],
  ["epsilon", "ε"],
  ["grad", "g"],
]);
const digits = (value: number) => format(value, 4).replaceAll("-", "−");

const written = (tape: Tape, results: string[]) =>
  equationsOf(tape, results, SYMBOLS)!.map((one) => `${one.name} = ${inSymbols(one)}`);

const worked = (tape: Tape, results: string[], given: number[]) => {
  const values = valuesOf(tape)(given);
  return equationsOf(tape, results, SYMBOLS)!.map(
    (one) => `${one.name} = ${inNumbers(one, values, digits)} = ${digits(values[one.place]!)}`,
  );
};

// One result of a and b.
const of = (...lines: Line[]) =>
  written({ takes: ["a", "b"], lines, returns: [1 + lines.length] }, ["update"]).join("; ");

const rmsprop: Tape = {
  takes: ["learning_rate", "rho", "epsilon", "grad", "s_prev"],
  lines: [
    ["multiply", 1, 4],
    ["number", 1],
    ["subtract", 6, 1],
    ["multiply", 3, 3],
    ["multiply", 7, 8],
    ["add", 5, 9],
    ["multiply", 0, 3],
    ["sqrt", 10],
    ["add", 12, 2],
    ["divide", 11, 13],
  ],
  returns: [14, 10],
  names: { s: 10, updates: 14 },
};

test("RMSProp, in symbols and in the numbers of a step", () => {
  assert.deepEqual(written(rmsprop, ["update", "s"]), [
    "s = ρ · s_prev + (1 − ρ) · g²",
    "update = α · g / (√s + ε)",
  ]);
  assert.deepEqual(worked(rmsprop, ["update", "s"], [0.1, 0.9, 1e-6, 2, 4.1]), [
    "s = 0.9 · 4.1 + (1 − 0.9) · 2² = 4.09",
    "update = 0.1 · 2 / (√4.09 + 1e−6) = 0.09889",
  ]);
  // A negative number has brackets where a sign stands before it, and under a power.
  assert.deepEqual(worked(rmsprop, ["update", "s"], [0.1, 0.9, 1e-6, -2e-7, 4.1]), [
    "s = 0.9 · 4.1 + (1 − 0.9) · (−2e−7)² = 3.69",
    "update = 0.1 · (−2e−7) / (√3.69 + 1e−6) = −1.041e−8",
  ]);
});

test("SGD and momentum", () => {
  assert.deepEqual(written(sgd.rule!, ["update"]), ["update = α · g"]);
  assert.deepEqual(written(momentum.rule!, ["update", "velocity"]), [
    "velocity = momentum · velocity_prev + g",
    "update = α · velocity",
  ]);
  assert.deepEqual(worked(sgd.rule!, ["update"], [0.5, -3]), ["update = 0.5 · (−3) = −1.5"]);
});

test("brackets stand where another reading would be another number", () => {
  const cases: [string, ...Line[]][] = [
    ["a + b + a", ["add", 0, 1], ["add", 2, 0]],
    ["a + (a + b)", ["add", 0, 1], ["add", 0, 2]],
    ["a − (a − b)", ["subtract", 0, 1], ["subtract", 0, 2]],
    ["a · b / a", ["multiply", 0, 1], ["divide", 2, 0]],
    ["a / (b / a)", ["divide", 1, 0], ["divide", 0, 2]],
    ["(a + b) · a", ["add", 0, 1], ["multiply", 2, 0]],
    ["(a + b)²", ["add", 0, 1], ["multiply", 2, 2]],
    ["(√a)²", ["sqrt", 0], ["multiply", 2, 2]],
    ["√(a²)", ["multiply", 0, 0], ["sqrt", 2]],
    ["√(√a)", ["sqrt", 0], ["sqrt", 2]],
    ["a / √b", ["sqrt", 1], ["divide", 0, 2]],
    ["−a", ["negative", 0]],
    ["−(−a)", ["negative", 0], ["negative", 2]],
    ["−(a + b)", ["add", 0, 1], ["negative", 2]],
    ["−a · b", ["multiply", 0, 1], ["negative", 2]],
    ["(−a) · b", ["negative", 0], ["multiply", 2, 1]],
    ["a · (−b)", ["negative", 1], ["multiply", 0, 2]],
    ["a − (−b)", ["negative", 1], ["subtract", 0, 2]],
    ["(−a)²", ["negative", 0], ["multiply", 2, 2]],
    ["−a²", ["multiply", 0, 0], ["negative", 2]],
    ["a^b", ["power", 0, 1]],
    ["(a + b)^(−0.5)", ["add", 0, 1], ["number", -0.5], ["power", 2, 3]],
    ["a^(b^a)", ["power", 1, 0], ["power", 0, 2]],
    ["(a^b)^a", ["power", 0, 1], ["power", 2, 0]],
    ["a · (−0.5)", ["number", -0.5], ["multiply", 0, 2]],
    ["−0.5 · a", ["number", -0.5], ["multiply", 2, 0]],
    ["min(a, max(b, −1))", ["number", -1], ["maximum", 1, 2], ["minimum", 0, 3]],
    ["abs(a) · sign(b)", ["absolute", 0], ["sign", 1], ["multiply", 2, 3]],
    ["a if a < b else b", ["less", 0, 1], ["where", 2, 0, 1]],
    ["(a if a ≤ b else b) + 1", ["less_equal", 0, 1], ["where", 2, 0, 1], ["number", 1], ["add", 3, 4]],
    [
      "a if a == b else b if a ≠ b else 1",
      ["equal", 0, 1],
      ["not_equal", 0, 1],
      ["number", 1],
      ["where", 3, 1, 4],
      ["where", 2, 0, 5],
    ],
    ["(a < b) · a", ["less", 0, 1], ["multiply", 2, 0]],
  ];
  for (const [text, ...lines] of cases) assert.equal(of(...lines), `update = ${text}`);
});

test("what is used more than once has a line, unless it is one operation", () => {
  const shared: Line[] = [
    ["multiply", 0, 1],
    ["add", 2, 0],
    ["sqrt", 3],
    ["divide", 3, 4],
  ];
  assert.equal(of(...shared), "v1 = a · b + a; update = v1 / √v1");
  assert.equal(of(["multiply", 0, 1], ["add", 2, 0], ["subtract", 3, 2]), "update = a · b + a − a · b");
  // A long one is cut, so that it can be read.
  const long: Line[] = Array.from({ length: 30 }, (_, k) => ["add", k + 1, 0]);
  assert.deepEqual(of(...long).match(/\w+ =/g), ["v1 =", "v2 =", "update ="]);
});

test("the rule's own variables have lines of their own, by names that mean one thing", () => {
  const lines: Line[] = [
    ["add", 0, 1],
    ["sqrt", 2],
    ["divide", 3, 0],
  ];
  const named = (names: Record<string, number>) =>
    written({ takes: ["grad", "b"], lines, returns: [4], names }, ["update"]);
  assert.deepEqual(named({ total: 2, updates: 4 }), ["total = g + b", "update = √total / g"]);
  assert.deepEqual(named({ grad: 2 }), ["update = √(g + b) / g"]); // bound anew: the argument is another
  assert.deepEqual(named({ g: 2 }), ["g = grad + b", "update = √g / grad"]);
  assert.deepEqual(named({ b: 0, total: 1 }), ["update = √(g + b) / g"]); // of an argument
  assert.deepEqual(named({ v1: 3 }), ["v1 = √(g + b)", "update = v1 / g"]);
});

test("results that are an argument, a number, or one another", () => {
  const tape: Tape = {
    takes: ["grad", "last_prev"],
    lines: [
      ["add", 0, 1],
      ["number", -0.25],
    ],
    returns: [2, 0, 2, 3],
  };
  assert.deepEqual(written(tape, ["update", "last", "sum", "fixed"]), [
    "sum = g + last_prev",
    "update = sum",
    "last = g",
    "fixed = −0.25",
  ]);
  assert.equal(worked(tape, ["update", "last", "sum", "fixed"], [-1, 3])[2], "last = −1 = −1");
});

test("a rule that is too long to be read has none", () => {
  const lines: Line[] = Array.from({ length: 2000 }, (_, k) => ["add", k + 1, 0]);
  assert.equal(equationsOf({ takes: ["a", "b"], lines, returns: [2001] }, ["update"], SYMBOLS), null);
});
