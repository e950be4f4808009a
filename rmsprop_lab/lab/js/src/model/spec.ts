// What Python tells the lab: everything a figure needs, as plain JSON.

import type { Tape } from "../tape/tape.ts";

export type Point = [number, number];
export type Window = [Point, Point]; // (x from, x to), (y from, y to)

export interface Parameter {
  name: string;
  symbol: string;
  label: string;
  low: number | null; // null: no lower limit
  high: number | null; // null: no upper limit
  openLow: boolean;
  openHigh: boolean;
  interval: string; // the allowed range in words
  slider: [number, number];
  scale: "linear" | "log";
  unit: string;
  whole: boolean;
}

export type Marker = "circle" | "square" | "triangle" | "diamond" | "cross" | "plus" | "star";

export interface Look {
  light: string;
  dark: string;
  dash: number[];
  marker: Marker;
}

export interface OptimizerSpec {
  name: string;
  label: string;
  rule: Tape | null; // of the Python rule; null: only the kernel can walk it
  hyper: string[];
  state: string[];
  initial: number[];
  scales: boolean; // each step is the gradient times an effective rate
  exact: boolean; // takes the full gradient, without noise or batches
  look: Look;
}

// The data whose mean loss a surface is, and the gradient of one of them.
export interface ExamplesSpec {
  rows: number[][];
  grad: Tape; // takes x, y and a row
}

export interface ObjectiveSpec {
  name: string;
  value: Tape | null; // of the Python functions; null: only the kernel knows it
  grad: Tape | null;
  examples: ExamplesSpec | null; // to draw batches of
  parameters: string[];
  settings: number[]; // the parameters' own values
  start: Point;
  window: Window;
  minima: Point[];
}

export interface Preset {
  label: string;
  settings: Record<string, unknown>;
  note: string;
}

export interface Spec {
  objectives: ObjectiveSpec[]; // those there are to choose from
  optimizers: OptimizerSpec[];
  parameters: Parameter[]; // every number the model holds
  controls: string[];
  presets: Preset[];
  rates: number[]; // the learning rates that tuning tries
  far: number; // a coordinate farther out has diverged
  name: string; // of the figure, for those who do not see it
  caption: string;
  replay: boolean; // the paths were recorded: only the step and who is shown can be set
}

// The part of anywidget's model that the lab uses; a static page has one of its own.
//
// It holds the numbers of `parameters` by name (`batch_size` where there are examples), and
//   surface  the name of one of the objectives, or a formula
//   start    where the paths begin
//   step     the step that is shown; null: the end
//   window   what the map shows; null: the surface's own
//   shown    the names of the optimisers that race
//   rates    by name, the learning rates of those that have one of their own
//   sweep    of the convergence map: optimiser, and the parameters along x and y
//   computed the paths that the page does not work out
//   heights  the surface that the page cannot work out, sampled
export interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (message?: unknown) => void): void;
  off(event: string, callback: (message?: unknown) => void): void;
  send?(message: unknown): void; // to the kernel, where there is one
}
