// The model of a static page: values, and callbacks when one changes.

import type { Model } from "./follow.ts";

export function createStore(values: Record<string, unknown>): Model {
  const state = new Map(Object.entries(values));
  const callbacks = new Map<string, Set<() => void>>();
  return {
    get: (name: string) => state.get(name),
    set(name, value) {
      if (Object.is(state.get(name), value)) return;
      state.set(name, value);
      for (const callback of callbacks.get(`change:${name}`) ?? []) callback();
    },
    save_changes() {},
    on(event, callback) {
      if (!callbacks.has(event)) callbacks.set(event, new Set());
      callbacks.get(event)!.add(callback);
    },
    off(event, callback) {
      callbacks.get(event)?.delete(callback);
    },
  };
}
