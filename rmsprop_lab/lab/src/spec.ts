// What Python tells the lab: everything a figure needs, as plain JSON.

import type { Program } from "./program.ts";

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
  rule: Program; // made from the Python rule
  hyper: string[];
  state: string[];
  initial: number[];
  scales: boolean; // each step is the gradient times an effective rate
  look: Look;
}

export interface ObjectiveSpec {
  name: string;
  value: Program; // made from the Python functions
  grad: Program;
  settings: number[];
  window: [[number, number], [number, number]];
  minima: [number, number][];
}

export interface Spec {
  objective: ObjectiveSpec;
  optimizers: OptimizerSpec[];
  parameters: Parameter[]; // every number the model holds, steps among them
  controls: string[]; // the names of those that get a slider
  far: number; // a coordinate farther out has diverged
  caption: string;
}

// The part of anywidget's model that the lab uses; a static page has one of its own.
export interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}
