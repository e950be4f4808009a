import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "./store.ts";

test("calls back on a change, and only then, until told not to", () => {
  const store = createStore({ rho: 0.9 });
  let calls = 0;
  const callback = () => calls++;
  store.on("change:rho", callback);
  store.set("rho", 0.9);
  assert.equal(calls, 0);
  store.set("rho", 0.99);
  assert.equal(store.get("rho"), 0.99);
  assert.equal(calls, 1);
  store.off("change:rho", callback);
  store.set("rho", 0.5);
  assert.equal(calls, 1);
});
