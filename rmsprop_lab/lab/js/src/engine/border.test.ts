import assert from "node:assert/strict";
import { test } from "node:test";
import { lab, momentum, sgd } from "../fixtures.ts";
import { parseFormula } from "../formula/surface.ts";
import { degreeOf } from "../tape/degree.ts";
import { borderOf, isGradientDescent } from "./border.ts";
import { descend } from "./engine.ts";
import { currentSurface } from "./surface.ts";
import { compile } from "../tape/building.ts";

const surfaceOf = (formula: string) => currentSurface(lab({ surface: formula })).value;

function degree(formula: string): number {
  const typed = parseFormula(formula);
  assert.ok(!("message" in typed), formula);
  return degreeOf(typed.value, 2);
}

test("the degree of what was typed", () => {
  const found = [
    "7",
    "x + 2*y",
    "x^2/3 - y",
    "(x - 1)*(y + 2)",
    "x^2*y",
    "sin(2)*x",
    "sin(x)",
    "x/y",
    "abs(x)",
  ].map(degree);
  assert.deepEqual(found, [0, 1, 2, 2, 3, 1, Infinity, Infinity, Infinity]);
});

test("the border is where gradient descent begins to run away", () => {
  for (const formula of ["x^2 + y^2", "x^2 + 20*y^2 + x", "(x + y)^2 + 3*(x - 2*y)^2", "x^2 + x*y + y^2"]) {
    const surface = surfaceOf(formula);
    const border = borderOf(surface)!;
    const far = (rate: number) => {
      const { x, y } = descend(
        surface,
        { initial: [], rule: compile(sgd.rule!) },
        [0.3, 0.7],
        2000,
        [rate],
        1e300,
      );
      return Math.hypot(x.at.at(-1)!, y.at.at(-1)!);
    };
    assert.ok(far(0.99 * border) < 3, formula);
    assert.ok(far(1.01 * border) > 1e3, formula);
  }
});

test("a surface whose curvature changes, or that falls without end, has no border", () => {
  for (const formula of ["x^4 + y^2", "sin(x) + y^2", "x^2 - y^2", "x + y", "3"]) {
    assert.equal(borderOf(surfaceOf(formula)), null, formula);
  }
});

test("the border follows the surface's parameters", () => {
  assert.equal(borderOf(currentSurface(lab({ curvature: 10 })).value), 0.1);
});

test("gradient descent is known by what it does", () => {
  assert.ok(isGradientDescent({ ...sgd, name: "mine" }));
  assert.ok(!isGradientDescent(momentum));
  const twice = {
    takes: ["learning_rate", "grad"],
    lines: [
      ["multiply", 0, 1],
      ["add", 2, 2],
    ],
    returns: [3],
  };
  assert.ok(!isGradientDescent({ ...sgd, rule: twice as typeof sgd.rule }));
});
