// The model as the view reads and writes it: what reads a value within a computed signal or an effect
// is run again when the value has changed.

import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Spec, State } from "./contract.ts";
import { parameterOf } from "./numbers.ts";

export interface Read {
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
  readonly spec: Spec; // as it is now: a reader may have edited a rule
  get: Read;
  number(name: string): number; // of `Spec.parameters`; not-a-number where the lab has none of this name
  write(values: Partial<State>): void;
  writeNumber(name: string, value: number): void;
  writeAll(values: Iterable<readonly [name: string, value: unknown]>): void; // that were checked before
  stop(): void; // follow no more
}

// What a reader's rule makes of the lab.
export interface Revision {
  spec: ReadonlySignal<Spec>;
  defaults: ReadonlySignal<ReadonlyMap<string, number>>; // of the numbers that only this rule takes
}

// Some hosts have no kernel to save to or to ask, or no way to take a callback back, and throw.
export function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // The picture does not depend on it.
  }
}

export function follow(model: Model, revise?: (spec: Spec, get: Read) => Revision): Lab {
  const signals = new Map<string, Signal<unknown>>();
  const stops: (() => void)[] = [];
  const signalOf = (name: string): Signal<unknown> => {
    const known = signals.get(name);
    if (known) return known;
    const made = signal(model.get(name));
    const change = () => (made.value = model.get(name));
    model.on(`change:${name}`, change);
    stops.push(() => model.off(`change:${name}`, change));
    signals.set(name, made);
    return made;
  };
  const writeAll: Lab["writeAll"] = (values) => {
    batch(() => {
      for (const [name, value] of values) model.set(name, value);
    });
    quietly(() => model.save_changes());
  };
  const get: Read = (name: string) => signalOf(name).value;
  const sent = model.get("spec");
  const revision = revise?.(sent, get);
  // Each alone: with another rule only what reads a number that it has added is another.
  const firsts = new Map<string, ReadonlySignal<number | undefined>>();
  const added = (name: string) => {
    const first = firsts.get(name) ?? computed(() => revision?.defaults.value.get(name));
    firsts.set(name, first);
    return first.value;
  };
  const specNow = () => revision?.spec.value ?? sent;
  return {
    get spec() {
      return specNow();
    },
    get,
    number(name) {
      const first = added(name);
      if (first !== undefined) return get("own")?.[name]?.[0] ?? first;
      const value = get(name);
      return typeof value === "number" ? value : NaN;
    },
    write: (values) => writeAll(Object.entries(values)),
    writeNumber(name, value) {
      if (added(name) === undefined) return writeAll([[name, value]]);
      const [low, high] = parameterOf(specNow(), name).slider;
      writeAll([["own", { ...get("own"), [name]: [value, low, high] }]]);
    },
    writeAll,
    stop: () => stops.forEach(quietly),
  };
}
