// The model as the view reads and writes it: what reads a value within a computed signal or an effect
// is run again when the value has changed.

import { batch, signal, type Signal } from "@preact/signals-core";
import type { Spec, State } from "./contract.ts";

interface Read {
  <Name extends keyof State>(name: Name): State[Name];
  (name: string): unknown; // a number of `Spec.parameters`
}

// The part of anywidget's model that the lab uses; a static page has one of its own.
export interface Model {
  get: Read;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (message?: unknown) => void): void;
  off(event: string, callback: (message?: unknown) => void): void;
  send?(message: unknown): void; // to the kernel, where there is one
}

export interface Lab {
  spec: Spec;
  get: Read;
  number(name: string): number; // of `Spec.parameters`; not-a-number where the lab has none of this name
  write(values: Partial<State>): void;
  writeNumber(name: string, value: number): void;
  writeAll(values: Iterable<readonly [name: string, value: unknown]>): void; // that were checked before
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
  const writeAll: Lab["writeAll"] = (values) => {
    batch(() => {
      for (const [name, value] of values) model.set(name, value);
    });
    quietly(() => model.save_changes());
  };
  return {
    spec: model.get("spec"),
    get: (name: string) => valueOf(name).value,
    number(name) {
      const value = valueOf(name).value;
      return typeof value === "number" ? value : NaN;
    },
    write: (values) => writeAll(Object.entries(values)),
    writeNumber: (name, value) => writeAll([[name, value]]),
    writeAll,
    stop: () => stops.forEach(quietly),
  };
}
