import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allowed,
  ends,
  exact,
  format,
  fromPosition,
  legible,
  parse,
  roundest,
  toPosition,
} from "./numbers.ts";
import type { Parameter, Point } from "./contract.ts";

const base = { symbol: "", openLow: false, openHigh: false, unit: "", whole: false } as const;
const rate: Parameter = {
  ...base,
  name: "learning_rate",
  label: "learning rate",
  low: 0,
  high: null,
  openLow: true,
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
  slider: [0, 0.999],
  scale: "memory",
};
const share: Parameter = { ...rho, name: "share", label: "share", scale: "linear" };
const steps: Parameter = {
  ...base,
  name: "steps",
  label: "steps",
  low: 1,
  high: 10000,
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

test("what rounding another number would lose is all but 0 beside it", () => {
  assert.equal(legible(-8.86e-21, 5), "≈ 0");
  assert.equal(legible(1e-12, 5), "1e-12");
  assert.equal(legible(3.12725069e-9, 5), "3.12725069e-9");
  assert.equal(legible(0, 5), "0");
  assert.equal(legible(2e-20, 1e-20), "2e-20");
  assert.equal(legible(2e-20, 0), "2e-20");
  assert.equal(legible(1 / 3, 5, 3), "0.333");
  assert.equal(legible(NaN, 5), "–");
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
    for (const scale of ["linear", "memory"] as const) {
      const near: Parameter = { ...rho, scale, slider: [0, high] };
      const { max } = ends(near);
      assert.equal(fromPosition(near, max), high);
      assert.ok(fromPosition(near, max - 1e-7) <= high);
    }
  }
  const low = 1.23456e-4;
  const steep: Parameter = { ...rate, slider: [low, 10] };
  assert.ok(fromPosition(steep, ends(steep).min) >= low);
});

// What a slider stops at, from one end to the other.
function stopsOf(parameter: Parameter): number[] {
  const { min, max, step } = ends(parameter);
  const count = Math.round((max - min) / step) + 1;
  return Array.from({ length: count }, (_, k) =>
    fromPosition(parameter, Number((min + k * step).toPrecision(12))),
  );
}

test("a slider stops at the numbers that people name, and at each end", () => {
  const named = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
  const rates = [1e-4, 1e-3, 1e-2, 0.1, 1].flatMap((unit) =>
    named.map((one) => Number((one * unit).toPrecision(2))),
  );
  const memories = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.997, 0.998, 0.999];
  for (const [parameter, wanted] of [
    [rate, [...rates, 10]],
    [{ ...rate, slider: [0.00025, 3.3] as Point }, [0.00025, 0.0015, 0.15, 3.3]],
    [rho, memories],
    [share, [0, 0.1, 0.125, 0.9, 0.999]],
    [steps, [1, 101, 400]],
  ] as const) {
    const stops = stopsOf(parameter);
    for (const value of wanted) assert.ok(stops.includes(value), `${parameter.name} passes ${value}`);
    assert.deepEqual([stops[0], stops.at(-1)], parameter.slider);
  }
});

test("between these numbers a slider goes on, by at most five in a hundred", () => {
  const stops = stopsOf(rate);
  stops.slice(1).forEach((stop, k) => {
    assert.ok(stop > stops[k]! && stop < 1.047 * stops[k]!, `${stops[k]} to ${stop}`);
  });
  const left = stopsOf(rho).map((memory) => 1 - memory);
  left.slice(1).forEach((share, k) => {
    assert.ok(share < left[k]! && (share > 0.95 * left[k]! || share > 0.9), `${left[k]} to ${share}`);
  });
});

test("a pointer means the roundest number of its pixel", () => {
  const pixel = 5 / 200; // five decades in 200 px
  const at = (value: number) => fromPosition(rate, toPosition(rate, value), pixel / 2);
  assert.deepEqual([0.148, 0.1525, 0.098, 0.0505, 2.05].map(at), [0.15, 0.15, 0.1, 0.05, 2]);
  assert.equal(fromPosition(rate, toPosition(rate, 0.1437)), 0.145);
  assert.deepEqual(
    [steps].map((one) => fromPosition(one, 99, 1)),
    [100],
  );
});

test("the roundest number between two", () => {
  const found = [
    [0.141, 0.158],
    [-1, 1],
    [0.93, 1.3],
    [8.2, 9.1],
    [0.41, 0.47],
    [1236, 1241],
    [-0.31, -0.29],
  ];
  assert.deepEqual(
    found.map(([low, high]) => roundest(low!, high!)),
    [0.15, 0, 1, 9, 0.45, 1240, -0.3],
  );
  for (const value of [1 / 3, 1e-300, 6.02e23, 0.1 + 0.2]) {
    const rounded = roundest(value, value);
    assert.ok(Math.abs(rounded / value - 1) < 1e-15, String(value));
  }
});

test("the scale of a memory goes by what a step forgets", () => {
  assert.deepEqual(
    [0, 0.9, 0.99, 0.999].map((memory) => Math.round(1e9 * toPosition(rho, memory)) / 1e9),
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((position) => fromPosition(rho, position)),
    [0, 0.9, 0.99, 0.999],
  );
});

test("the numbers that are allowed, in words", () => {
  assert.equal(allowed(rate), "numbers above 0");
  assert.equal(allowed(rho), "numbers from 0 up to, not including, 1");
  assert.equal(allowed(steps), "whole numbers from 1 to 10000");
  assert.equal(allowed({ ...rate, openLow: false }), "numbers from 0 up");
  assert.equal(allowed({ ...rate, high: 1 }), "numbers above 0 and up to 1");
  assert.equal(allowed({ ...rate, high: 1, openHigh: true }), "numbers above 0 and below 1");
  assert.equal(allowed({ ...rho, low: null }), "numbers below 1");
  assert.equal(allowed({ ...rho, low: null, high: null }), "numbers");
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
  for (const parameter of [rate, rho, share, steps]) {
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
    assert.ok((message as string).endsWith(`${parameter.label} takes ${allowed(parameter)}`));
  }
  assert.ok((parse(rho, "9".repeat(10000)) as string).length < 100);
});
