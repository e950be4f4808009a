import assert from "node:assert/strict";
import { test } from "node:test";
import type { Coordinate } from "../engine/engine.ts";
import { racer, sgd } from "../fixtures.ts";
import { toCsv } from "./table.ts";

test("a row for each step, every number to its last digit", () => {
  const at = (...values: number[]) => ({ at: Float64Array.from(values) }) as Coordinate;
  const path = { x: at(5, 0.1 + 0.2), y: at(4, 1e-300), loss: Float64Array.of(41, 2), divergedAt: null };
  const one = { ...racer(sgd), optimizer: { ...sgd, label: 'my "rule"' } };
  assert.equal(
    toCsv([{ racer: one, name: 'my "rule" α = 1', path }]),
    [
      "racer,optimiser,step,x,y,f",
      '"my ""rule"" α = 1","my ""rule""",0,5,4,41',
      '"my ""rule"" α = 1","my ""rule""",1,0.30000000000000004,1e-300,2',
      "",
    ].join("\r\n"),
  );
});
