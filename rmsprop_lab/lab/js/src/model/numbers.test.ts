import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, exact, format, fromPosition, parse, toPosition } from "./numbers.ts";
import type { Parameter } from "./contract.ts";

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

test("a number with all its digits, as it may be typed", () => {
  for (const value of [0.9999999999999999, 1.1, 5e-324, 4294967295, -1e6, 1.7976931348623157e308, 1 / 3]) {
    assert.equal(Number(exact(value)), value);
  }
  assert.equal(exact(0.9999999999999999), "0.9999999999999999");
  assert.equal(exact(4294967295), "4294967295");
  assert.equal(exact(1e-5), "1e-5");
  assert.deepEqual(
    [NaN, Infinity, -Infinity].map((value) => format(value)),
    ["–", "∞", "−∞"],
  );
});

test("a slider stays within its ends, however many digits these have", () => {
  for (const high of [0.9999999999999999, 0.99999]) {
    const near: Parameter = { ...rho, slider: [0, high] };
    const { max } = ends(near);
    assert.equal(fromPosition(near, max), high);
    assert.ok(fromPosition(near, max - 1e-7) <= high);
  }
  const low = 1.23456e-4;
  const steep: Parameter = { ...rate, slider: [low, 10] };
  assert.ok(fromPosition(steep, ends(steep).min) >= low);
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
  assert.equal(parse(rate, "1e−3"), 0.001);
  assert.equal(parse(rate, "+.5"), 0.5);
  const refused: [Parameter, string][] = [
    [rate, "0"],
    [rate, "−1"],
    [rate, "Infinity"],
    [rate, ""],
    [rate, "0.1.2"],
    [rate, "0x10"],
    [rate, "1 000"],
    [rate, "."],
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
