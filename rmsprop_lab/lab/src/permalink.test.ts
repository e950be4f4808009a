import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "./permalink.ts";
import type { Parameter } from "./spec.ts";
import { createStore } from "./store.ts";

const number = (name: string, low: number, high: number): Parameter => ({
  name,
  symbol: "",
  label: name,
  low,
  high,
  openLow: false,
  openHigh: true,
  interval: `[${low}, ${high})`,
  slider: [low, high],
  scale: "linear",
  unit: "",
  whole: false,
});
const parameters = [number("rho", 0, 1), number("start", -100, 100), number("step", 0, 100)];
const values = { rho: 0.9, start: [5, 4], step: null };

test("an address gives back the settings that made it", () => {
  const store = createStore({ rho: 0.123456789, start: [-1.5, 2e-7], step: 3 });
  const fragment = encode("lab-2", ["rho", "start", "step"], store);
  assert.equal(fragment, "lab-2;rho=0.123456789;start=-1.5,2e-7;step=3");
  const other = createStore(values);
  assert.deepEqual(decode(`#${encodeURIComponent(fragment)}`, "lab-2", parameters, other), []);
  assert.deepEqual([other.get("rho"), other.get("start"), other.get("step")], [0.123456789, [-1.5, 2e-7], 3]);
  assert.equal(encode("lab-1", ["rho", "step"], createStore(values)), "lab-1;rho=0.9");
});

test("another lab's address, or a heading's, changes nothing", () => {
  for (const fragment of ["#lab-1;rho=0.5", "#the-first-step", "", "#"]) {
    const store = createStore(values);
    assert.deepEqual(decode(fragment, "lab-2", parameters, store), []);
    assert.equal(store.get("rho"), 0.9);
  }
});

test("what is out of range or no setting is said, and the rest is taken", () => {
  const store = createStore(values);
  const complaints = decode("#lab-2;rho=7;start=1,2;colour=red;step", "lab-2", parameters, store);
  assert.equal(complaints.length, 3);
  assert.match(complaints[0], /“7” is not allowed: rho takes \[0, 1\)/);
  assert.deepEqual([store.get("rho"), store.get("start")], [0.9, [1, 2]]);
});

test("ten thousand hostile addresses neither throw nor set anything but numbers in range", () => {
  const pieces = [
    "lab-2",
    ";",
    "=",
    ",",
    "rho",
    "start",
    "__proto__",
    "constructor",
    "NaN",
    "1e999",
    "-0",
    "%",
    "%E0%A4",
    "<script>",
    "0.5",
    "9".repeat(400),
    "\u0000",
    "𝛼",
    "Infinity",
    "toString",
    " ",
    "#",
    "[]",
    "{}",
    "null",
  ];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let k = 0; k < 10_000; k++) {
    let fragment = random(4) ? "#lab-2;" : "#";
    for (let length = random(12); length > 0; length--) fragment += pieces[random(pieces.length)];
    const store = createStore(values);
    for (const complaint of decode(fragment, "lab-2", parameters, store)) assert.ok(complaint.length < 200);
    const [rho, start] = [store.get("rho"), store.get("start")];
    assert.ok(rho >= 0 && rho < 1);
    assert.ok(start.length === 2 && start.every((value: number) => Math.abs(value) <= 100));
  }
  const long = "#lab-2;" + "rho=0.5;".repeat(100_000);
  decode(long, "lab-2", parameters, createStore(values));
});
