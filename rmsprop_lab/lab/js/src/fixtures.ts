// A small lab for the tests: two optimisers, one surface, the numbers they take.

import { follow } from "./model/follow.ts";
import type { Entry, Line, Look, OptimizerSpec, Parameter, Spec, Tape } from "./model/contract.ts";
import type { Racer, Settings } from "./model/racers.ts";
import { createStore } from "./model/store.ts";

export const number = (
  name: string,
  low: number,
  high: number,
  more: Partial<Parameter> = {},
): Parameter => ({
  name,
  symbol: name,
  label: name.replace("_", " "),
  low,
  high,
  openLow: false,
  openHigh: true,
  slider: [low, high],
  scale: "linear",
  unit: "",
  whole: false,
  ...more,
});

const look: Look = { light: "#000", dark: "#fff", dash: [], marker: "circle" };
// Operands are places: the arguments, then the lines.
const tape = (takes: string[], lines: Line[], returns: number[]): Tape => ({ takes, lines, returns });

// All at everybody's settings.
export const entries = (...optimizers: string[]): Entry[] =>
  optimizers.map((optimizer) => ({ optimizer, settings: {} }));

export const spec: Spec = {
  objectives: [
    {
      name: "bowl",
      value: tape(
        ["x", "y", "curvature"],
        [
          ["multiply", 0, 0],
          ["multiply", 1, 1],
          ["multiply", 2, 4],
          ["add", 3, 5],
        ],
        [6],
      ),
      grad: tape(
        ["x", "y", "curvature"],
        [
          ["number", 2],
          ["multiply", 3, 0],
          ["multiply", 3, 2],
          ["multiply", 5, 1],
        ],
        [4, 6],
      ),
      examples: null,
      line: false,
      parameters: ["curvature"],
      settings: [1],
      start: [5, 4],
      window: [
        [-6, 6],
        [-6, 6],
      ],
      minima: [[0, 0]],
    },
  ],
  optimizers: [
    {
      name: "sgd",
      label: "SGD",
      rule: tape(["learning_rate", "grad"], [["multiply", 0, 1]], [2]),
      parameters: ["learning_rate"],
      state: [],
      initial: [],
      scales: true,
      exact: false,
      looks: [look, { ...look, dash: [1, 1] }, { ...look, dash: [2, 2] }],
    },
    {
      name: "momentum",
      label: "Momentum",
      rule: tape(
        ["learning_rate", "momentum", "grad", "velocity_prev"],
        [
          ["multiply", 1, 3],
          ["add", 4, 2],
          ["multiply", 0, 5],
        ],
        [6, 5],
      ),
      parameters: ["learning_rate", "momentum"],
      state: ["velocity"],
      initial: [0],
      scales: false,
      exact: false,
      looks: [look, { ...look, dash: [1, 1] }, { ...look, dash: [2, 2] }],
    },
  ],
  entries: entries("sgd", "momentum"),
  parameters: [
    number("learning_rate", 0, 100, { slider: [1e-3, 10], scale: "log", openLow: true }),
    number("momentum", 0, 1),
    number("curvature", 0, 100),
    number("steps", 1, 10_000, { whole: true, slider: [1, 400] }),
    number("noise", 0, 100),
    number("seed", 0, 99, { whole: true }),
    number("start", -1e6, 1e6),
    number("step", 0, 10_000, { whole: true }),
  ],
  schedules: [],
  controls: ["surface", "learning_rate"],
  code: null,
  presets: [],
  rates: [0.001, 0.01, 0.1, 0.5, 1, 3],
  far: 1e6,
  name: "SGD, Momentum on bowl",
  caption: "",
  network: null,
  replay: false,
};

export const [sgd, momentum] = spec.optimizers as [OptimizerSpec, OptimizerSpec];

export const racer = (optimizer: OptimizerSpec, own: Settings = {}): Racer => ({
  key: optimizer.name,
  optimizer,
  own,
  look,
});

export const initial = {
  spec,
  surface: "bowl",
  start: [5, 4],
  step: null,
  window: null,
  racers: spec.entries,
  sweep: ["momentum", "learning_rate", "momentum"],
  schedule: "constant",
  computed: null,
  heights: null,
  learning_rate: 0.1,
  momentum: 0.9,
  curvature: 1,
  steps: 100,
  noise: 0,
  seed: 0,
};

export const model = (more: Record<string, unknown> = {}) => createStore({ ...initial, ...more });

export const lab = (more: Record<string, unknown> = {}) => follow(model(more));
