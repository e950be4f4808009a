// Whom one looks at alone: under the pointer or the keyboard's focus, or else chosen to stay.

import { computed, signal } from "@preact/signals-core";
import type { Lab } from "../model/follow.ts";
import { racing } from "../model/racers.ts";

export type Alone = ReturnType<typeof createAlone>;

export function createAlone(lab: Lab) {
  const none = () => signal<string | null>(null);
  const [pointed, focused, chosen] = [none(), none(), none()];
  const ifRacing = (key: string | null) => {
    const racers = racing(lab);
    return racers.length > 1 && racers.some((racer) => racer.key === key) ? key : null;
  };
  return {
    key: computed(() => ifRacing(pointed.value ?? focused.value ?? chosen.value)), // the racer's, by which it is drawn
    chosen: computed(() => ifRacing(chosen.value)),
    point: (key: string | null) => (pointed.value = key),
    focus: (key: string | null) => (focused.value = key),
    choose: (key: string | null) => (chosen.value = key),
  };
}
