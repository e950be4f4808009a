// A rule that a reader edits, as the lab's from then on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mersenne } from "pure-rand/generator/mersenne";
import { settingsOf } from "../address/settings.ts";
import { decode, encode } from "../address/permalink.ts";
import { initial, momentum, sgd, spec } from "../fixtures.ts";
import { Arithmetic } from "../formula/arithmetic.ts";
import { functionsOf } from "../formula/functions.ts";
import { Recording } from "../formula/recording.ts";
import type { OptimizerSpec, Spec } from "../model/contract.ts";
import { follow } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import { racing } from "../model/racers.ts";
import { createStore } from "../model/store.ts";
import { checkTapes } from "../tape/checked.ts";
import { fits, isRange, rangeAround, readRule, revise, toPython, withRule } from "./rule.ts";

const SOURCE = "def sgd(learning_rate, grad):\n    return learning_rate * grad";
const edited: Spec = { ...spec, optimizers: [{ ...sgd, source: SOURCE }, momentum] };
const WITH_POWER = "def f(power, grad): return power * grad";

const labOf = (more: Record<string, unknown> = {}) =>
  follow(createStore({ ...initial, spec: edited, rule: "", own: {}, ...more }), revise);
const first = ({ optimizers: [one] }: Spec): OptimizerSpec => one!;

test("an edited rule is the optimiser's, and its argument has a number", () => {
  const lab = labOf();
  assert.equal(lab.spec, edited);
  lab.write({ rule: WITH_POWER });
  assert.deepEqual(first(lab.spec).parameters, ["power"]);
  assert.equal(first(lab.spec).label, "SGD, edited");
  assert.deepEqual(parameterOf(lab.spec, "power").slider, [0, 1]);
  assert.equal(lab.number("power"), 0.1);
  lab.writeNumber("power", 0.5);
  assert.deepEqual(lab.get("own"), { power: [0.5, 0, 1] });
  assert.equal(lab.number("power"), 0.5);
  lab.write({ rule: "" });
  assert.equal(lab.spec, edited);
  assert.ok(Number.isNaN(lab.number("power")));
});

test("a slider's move makes no spec anew; its ends do", () => {
  const lab = labOf({ rule: WITH_POWER });
  const before = lab.spec;
  lab.writeNumber("power", 0.7);
  assert.equal(lab.spec, before);
  lab.write({ own: { power: [0.7, 0, 2] } });
  assert.notEqual(lab.spec, before);
  assert.equal(first(lab.spec).rule, first(before).rule);
});

test("a wrong rule keeps the last whole one", () => {
  const lab = labOf();
  lab.write({ rule: WITH_POWER });
  const before = lab.spec;
  lab.write({ rule: `${WITH_POWER} +` });
  assert.equal(lab.spec, before);
});

test("state of the same name begins as it did, other state at 0", () => {
  const begun: OptimizerSpec = { ...momentum, source: SOURCE, initial: [1] };
  const text = "def f(grad, other_prev, velocity_prev): return grad, other_prev, velocity_prev";
  assert.deepEqual(first(withRule({ ...spec, optimizers: [begun] }, text, {})).initial, [0, 1]);
});

test("settings of an argument that is gone wait, and racers that differ in nothing else are one", () => {
  const racers = [0.25, 0.5].map((power) => ({ optimizer: "sgd", settings: { power } }));
  const lab = labOf({ rule: WITH_POWER, racers });
  assert.deepEqual(
    racing(lab).map(({ own }) => own),
    [{ power: 0.25 }, { power: 0.5 }],
  );
  lab.write({ rule: "" });
  assert.deepEqual(
    racing(lab).map(({ own }) => own),
    [{}],
  );
});

test("an argument may not have the name of something else", () => {
  const scheduled = { ...edited, schedules: [{ name: "inverse", factor: null, parameters: ["decay"] }] };
  assert.ok(!("message" in readRule(edited, "def f(decay, grad): return decay * grad")));
  for (const name of ["steps", "curvature", "schedule", "decay", "constructor", "__proto__", "own"]) {
    const text = `def f(${name}, grad):\n    return grad`;
    const read = readRule(scheduled, text);
    assert.ok("message" in read, name);
    assert.ok(read.message.includes(name));
    assert.equal(text.slice(read.at, read.at + name.length), name);
    assert.equal(read.line, 1);
  }
});

test("whether the update is the gradient times a rate is found by what a rule does", () => {
  const scales = (body: string) => first(withRule(edited, body, {})).scales;
  assert.ok(scales("def f(learning_rate, grad): return learning_rate * grad"));
  assert.ok(scales("def f(rate, grad): return -rate * grad"));
  assert.ok(!scales("def f(rate, grad): return rate"));
  assert.ok(!scales("def f(rate, grad, v_prev):\n  v = v_prev / 2 + grad\n  return rate * v, v"));
  assert.ok(!scales("def f(rate, grad): return abs(grad)"));
});

test("the slider of a new argument holds its first value", () => {
  for (const value of [0, 0.1, 1, 1.5, -0.1, -3, 1e9, -1e9]) {
    const [low, high] = rangeAround(value);
    assert.ok(low <= value && value <= high && isRange(low, high), String(value));
  }
  for (const [low, high] of [
    [1, 1],
    [2, 1],
    [0, 1e10],
    [NaN, 1],
    [1, 1 + 1e-12],
  ] as const) {
    assert.ok(!isRange(low, high));
  }
});

test("Python has the imports that the text needs, each once", () => {
  assert.equal(
    toPython("def f(grad): return np.sqrt(grad)"),
    "import numpy as np\n\n\ndef f(grad): return np.sqrt(grad)\n",
  );
  assert.equal(
    toPython("def f(grad): return sqrt(abs(grad))"),
    "from numpy import sqrt\n\n\ndef f(grad): return sqrt(abs(grad))\n",
  );
  for (const whole of [
    "import numpy as np\ndef f(grad): return np.sqrt(grad)\n",
    "from math import sqrt\ndef f(grad): return sqrt(grad)\n",
    "def f(grad): return grad  # np.sqrt(grad)\n",
  ]) {
    assert.equal(toPython(whole), whole);
  }
});

test("an address carries the rule, its arguments and who races with them", () => {
  const lab = labOf();
  const settings = settingsOf(edited);
  const begun = new Map(settings.map(({ name }) => [name, lab.get(name)]));
  lab.write({
    rule: WITH_POWER,
    own: { power: [0.5, -1, 2] },
    racers: [{ optimizer: "sgd", settings: { power: 0.25 } }],
  });
  const fragment = encode("", "lab-1", settings, begun, lab.get);
  const found = decode(fragment, "lab-1", settings, begun)!;
  assert.deepEqual(found.complaints, []);
  for (const name of ["rule", "own", "racers"]) assert.deepEqual(found.values.get(name), lab.get(name));
  lab.write({ rule: `${WITH_POWER}  #${"%".repeat(1500)}` });
  assert.ok(!fits(lab.get("rule")!));
  assert.ok(!encode("", "lab-1", settings, begun, lab.get).includes("rule="));
});

const PIECES = [
  ..."()[]{}=+-*/,.:;&%#\"'\\\n x_0\u0000²😀",
  ..."def f(|, grad|return |grad|power|=0.5|_prev|\n |**|np.sqrt(|1e999| if |__proto__|constructor".split(
    "|",
  ),
  ..."toString|window|rule=|own=|;racers=sgd:|;sweep=sgd,|:0:0:1".split("|"),
];

test("ten thousand hostile rules in addresses make a lab whose tapes are sound, or are refused", () => {
  const settings = settingsOf(edited);
  const begun = new Map(Object.entries({ ...initial, rule: "", own: {} }));
  const whole = `rule=${WITH_POWER};own=power:0.5:0:1;racers=sgd:power:0.25,momentum;sweep=sgd,power,learning_rate`;
  const random = mersenne(12);
  const below = (n: number) => (random.next() >>> 0) % n;
  let taken = 0;
  for (let k = 0; k < 10_000; k++) {
    let text = whole;
    for (let change = below(4); change >= 0; change--) {
      const [at, piece] = [below(text.length), PIECES[below(PIECES.length)]!];
      text = text.slice(0, at) + piece + text.slice(at + below(4));
    }
    const found = decode(`#lab-1;${text}`, "lab-1", settings, begun);
    if (!found) continue;
    for (const complaint of found.complaints) assert.ok(complaint.length < 400, complaint);
    const lab = labOf(Object.fromEntries(found.values));
    checkTapes(lab.spec);
    for (const { own } of racing(lab)) assert.ok(Object.values(own).every(Number.isFinite), text);
    taken += Number(lab.spec !== edited);
    lab.stop();
  }
  assert.ok(taken > 1000, `${taken} rules were taken`);
  assert.equal(({} as Record<string, unknown>).power, undefined);
});

test("what an address says of a rule is read or refused", () => {
  const settings = settingsOf(edited);
  const read = (text: string) => decode(`lab-1;${text}`, "lab-1", settings, new Map())!;
  for (const text of [
    "rule=def",
    "own=power",
    "own=power:1:2",
    "own=a:0:1:0",
    "own=__proto__:0:0:1",
    "own=a:0x1::1",
    "own=a:1:0:1:2",
  ]) {
    const { values, complaints } = read(text);
    assert.equal(values.size, 0, text);
    assert.equal(complaints.length, 1, text);
  }
  assert.equal(read("rule=").values.get("rule"), "");
});

test("every function of NumPy that a rule may call by its last name is imported", () => {
  const names = [...functionsOf(new Arithmetic(new Recording([]))).keys()];
  const pythons = new Set(names.filter((name) => !name.includes("."))); // which need no import
  const called = names.filter((name) => name.startsWith("np.")).map((name) => name.slice(3));
  assert.ok(called.includes("sqrt") && pythons.has("abs"));
  for (const name of called) {
    const code = toPython(`def f(grad):\n    return ${name}(grad)`);
    assert.equal(code.startsWith(`from numpy import ${name}\n`), !pythons.has(name), name);
  }
});
