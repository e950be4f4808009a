// What a view is, and what all views show.

import type { ReadonlySignal } from "@preact/signals-core";
import type { Layer } from "../dom/canvas.ts";
import type { Handle } from "../dom/handle.ts";
import type { Theme } from "../dom/theme.ts";
import type { Trajectory } from "../engine/paths.ts";
import type { Surface } from "../engine/surface.ts";

export interface Shown {
  surface: ReadonlySignal<Surface>;
  paths: ReadonlySignal<Trajectory[]>;
  step: ReadonlySignal<number | null>; // the one that is marked, if one is
  alone: ReadonlySignal<string | null>; // the key of the racer whom one looks at, if at one: the others fade
  theme: ReadonlySignal<Theme>;
}

export interface View {
  element: HTMLElement;
  layers: Layer[];
  handles?: Handle[];
}
