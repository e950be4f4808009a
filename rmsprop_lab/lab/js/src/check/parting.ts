// Settings at which one sees two paths part; paths.py is its twin, on the lab's one surface.

import type { Check, Point, Tape } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { compile, type Numbers } from "../tape/building.ts";
import type { Written } from "./arrays.ts";

type Settings = Record<string, number>;

// What of the settings to change; null where the paths part already, or do so nowhere.
export function parting(lab: Lab, check: Check, { rule }: Written): Settings | null {
  const { clear, visible } = check.tolerances;
  const grad = gradientOf(lab);
  const { takes } = check.rule;
  const parameters = takes.slice(0, takes.indexOf("grad"));
  const initial = lab.spec.optimizers.find(({ name }) => name !== "own")!.initial;
  const walk = (tape: Tape, names: string[], state: number[], settings: Settings) => {
    const values = names.map((name) => settings[name] ?? lab.number(name));
    return path(compile(tape), values, state, grad, lab.get("start")!, lab.get("steps"));
  };
  const states = rule.state.map((_, k) => initial[k] ?? 0);
  const own = rule.parameters.map(({ name }) => name);
  const apartAt = (settings: Settings) =>
    distance(
      lab.spec.objectives[0]!.window,
      walk(rule.tape, own, states, settings),
      walk(check.rule, parameters, initial, settings),
    );
  if (apartAt({}) > visible) return null;
  let [best, most]: [Settings | null, number] = [null, visible];
  for (const settings of check.places) {
    const apart = apartAt(settings);
    if (apart > most) [best, most] = [settings, apart];
    if (apart > clear) break;
  }
  return best;
}

type Gradient = (x: number, y: number) => [number, number];

function gradientOf({ spec, number }: Lab): Gradient {
  const { grad, parameters } = spec.objectives[0]!;
  const settings = parameters.map(number);
  const compiled = compile(grad!);
  return (x, y) => compiled(x, y, ...settings) as [number, number];
}

function path(
  rule: Numbers,
  settings: number[],
  initial: number[],
  grad: Gradient,
  start: Point,
  steps: number,
): Point[] {
  let at = start;
  const states = [initial, initial];
  const points = [at];
  for (let k = 0; k < steps; k++) {
    const slopes = grad(...at);
    at = at.map((coordinate, axis) => {
      const [update, ...state] = rule(...settings, slopes[axis]!, ...states[axis]!);
      states[axis] = state;
      return coordinate - update;
    }) as Point;
    points.push(at);
  }
  return points;
}

// How far apart two paths are on the map, on average and in widths of it; no step counts more than half of one.
// 0 where the right one leaves the map.
function distance(window: [Point, Point], yours: Point[], right: Point[]): number {
  const widths = window.map(([low, high]) => high - low);
  const isInside = right.every((point) => point.every((at, k) => window[k]![0] <= at && at <= window[k]![1]));
  if (!isInside) return 0;
  const apart = yours.map((point, k) => {
    const off = Math.hypot(...point.map((at, axis) => (right[k]![axis]! - at) / widths[axis]!));
    return Number.isNaN(off) ? 0.5 : Math.min(off, 0.5);
  });
  return apart.reduce((sum, off) => sum + off, 0) / apart.length;
}
