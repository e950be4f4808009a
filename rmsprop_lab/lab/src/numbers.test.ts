import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, format, fromPosition, parse, toPosition } from "./numbers.ts";
import type { Parameter } from "./spec.ts";

const base = { symbol: "", openLow: false, openHigh: false, unit: "", whole: false } as const;
const rate: Parameter = {
  ...base,
  name: "learning_rate",
  label: "learning rate",
  low: 0,
  high: null,
  openLow: true,
  interval: "(0, inf)",
  slider: [1e-4, 10],
  scale: "log",
};
const rho: Parameter = {
  ...base,
  name: "rho",
  label: "rho",
  low: 0,
  high: 1,
  openHigh: true,
  interval: "[0, 1)",
  slider: [0, 0.999],
  scale: "linear",
};
const steps: Parameter = {
  ...base,
  name: "steps",
  label: "steps",
  low: 1,
  high: 10000,
  interval: "whole numbers in [1, 10000]",
  slider: [1, 400],
  scale: "linear",
  whole: true,
};

const size: Parameter = {
  ...base,
  name: "batch_size",
  label: "batch size",
  low: 1,
  high: 442,
  interval: "whole numbers in [1, 442]",
  slider: [1, 442],
  scale: "log",
  whole: true,
};

test("numbers as text", () => {
  assert.equal(format(2.3688824), "2.3688824");
  assert.equal(format(-3.07701828e-17), "-3.07701828e-17");
  assert.equal(format(0.000001, 6), "1e-6");
  assert.equal(format(0), "0");
  assert.equal(format(1e12), "1e12");
  assert.equal(format(0.1 + 0.2, 4), "0.3");
});

test("a slider's position gives back the number that made it", () => {
  for (const [parameter, values] of [
    [rate, [0.1, 1e-4, 0.0321, 10]],
    [rho, [0, 0.9, 0.99, 0.999]],
    [steps, [1, 101, 400]],
  ] as const) {
    for (const value of values) assert.equal(fromPosition(parameter, toPosition(parameter, value)), value);
  }
});

test("a whole number's logarithmic slider stops at another number each time, and reaches the end", () => {
  for (const last of [442, 10, 100, 1000, 31]) {
    const { min, max, step } = ends({ ...size, high: last, slider: [1, last] });
    const stops = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, k) =>
      fromPosition({ ...size, high: last, slider: [1, last] }, min + k * step),
    );
    assert.equal(stops[0], 1);
    assert.equal(stops.at(-1), last);
    assert.equal(new Set(stops).size, stops.length);
  }
});

test("every position of a slider is an allowed number", () => {
  for (const parameter of [rate, rho, steps]) {
    const { min, max, step } = ends(parameter);
    for (let position = min; position <= max; position += step) {
      assert.equal(typeof parse(parameter, String(fromPosition(parameter, position))), "number");
    }
  }
});

test("what was typed", () => {
  assert.equal(parse(rate, " 1e-3 "), 0.001);
  assert.equal(parse(rate, "1e9"), 1e9);
  assert.equal(parse(rho, "0"), 0);
  assert.equal(parse(steps, "250"), 250);
  const refused: [Parameter, string][] = [
    [rate, "0"],
    [rate, "−1"],
    [rate, "Infinity"],
    [rate, ""],
    [rate, "0.1.2"],
    [rho, "1"],
    [rho, "NaN"],
    [steps, "1.5"],
    [steps, "1000000"],
    [steps, "constructor"],
  ];
  for (const [parameter, text] of refused) {
    const message = parse(parameter, text);
    assert.equal(typeof message, "string", `${parameter.name} took ${text}`);
    assert.ok((message as string).includes(parameter.interval));
  }
  assert.ok((parse(rho, "9".repeat(10000)) as string).length < 100);
});
