import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals-core";
import { model } from "../fixtures.ts";
import { follow } from "./follow.ts";

test("what reads a value runs again when it changes, once a write, until nobody follows", () => {
  const host = model();
  const lab = follow(host);
  const read: unknown[] = [];
  const stop = effect(() => void read.push([lab.get("steps"), lab.number("momentum")]));
  lab.writeAll([
    ["steps", 7],
    ["momentum", 0.5],
  ]);
  host.set("noise", 1); // nobody reads it
  host.set("steps", 8); // from the kernel
  assert.deepEqual(read, [
    [100, 0.9],
    [7, 0.5],
    [8, 0.5],
  ]);
  assert.ok(Number.isNaN(lab.number("rho")));
  lab.stop();
  host.set("steps", 9);
  assert.equal(read.length, 3);
  stop();
});

test("a host that cannot save or take a callback back is no hindrance", () => {
  const forbidden = () => {
    throw new Error("not implemented");
  };
  const lab = follow({ ...model(), save_changes: forbidden, off: forbidden });
  lab.write({ steps: 7 });
  assert.equal(lab.get("steps"), 7);
  lab.stop();
});
