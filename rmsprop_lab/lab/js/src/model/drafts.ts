// What a field holds that is no setting yet: a rule, a formula or a table of points that is half typed.

import type { Signal } from "@preact/signals-core";
import type { Read } from "./follow.ts";

export interface Draft {
  text: string;
  over: string; // the setting at which it was typed; at another one it is past
}
export type Drafts = Signal<Readonly<Record<string, Draft>>>; // by the setting's name

export interface DraftOf {
  read(): string | null;
  write(text: string | null): void; // null where the setting says all
}

export function draftOf(drafts: Drafts, name: "rule" | "surface" | "data", get: Read): DraftOf {
  const over = () => String(get(name) ?? "");
  return {
    read() {
      const draft = drafts.value[name];
      return draft?.over === over() ? draft.text : null;
    },
    write(text) {
      const { [name]: before, ...others } = drafts.peek();
      if (text !== null) drafts.value = { ...others, [name]: { text, over: over() } };
      else if (before) drafts.value = others;
    },
  };
}
