// The model as the view reads and writes it: what reads a value within a computed signal or an effect
// is run again when the value has changed.

import { batch, signal, type Signal } from "@preact/signals-core";
import type { Model, Spec } from "./spec.ts";

export interface Lab {
  spec: Spec;
  get(name: string): any;
  write(values: Record<string, unknown>): void;
  stop(): void; // follow no more
}

// Some hosts have no kernel to save to, or no way to take a callback back, and throw.
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // The picture does not depend on it.
  }
}

export function follow(model: Model): Lab {
  const values = new Map<string, Signal<unknown>>();
  const stops: (() => void)[] = [];
  const valueOf = (name: string): Signal<unknown> => {
    const known = values.get(name);
    if (known) return known;
    const value = signal(model.get(name));
    const change = () => (value.value = model.get(name));
    model.on(`change:${name}`, change);
    stops.push(() => model.off(`change:${name}`, change));
    values.set(name, value);
    return value;
  };
  return {
    spec: model.get("spec"),
    get: (name) => valueOf(name).value,
    write(values) {
      batch(() => {
        for (const [name, value] of Object.entries(values)) model.set(name, value);
      });
      quietly(() => model.save_changes());
    },
    stop: () => stops.forEach(quietly),
  };
}
