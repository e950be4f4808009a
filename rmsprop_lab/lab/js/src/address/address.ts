// Where the labs of a page stand: in its address, and noted beside it in the tab's history. The address
// may be a heading's, or have been written by hand; the note is there when Back or Reload come to it again. Only the
// note has what no link may hold: a text that is half typed, and what is too long for an address.

import type { Draft } from "../model/drafts.ts";

type Drafts = Readonly<Record<string, Draft>>;
type Long = Readonly<Record<string, unknown>>; // by the setting's name

export interface Entry {
  labs?: string;
  drafts?: Readonly<Record<string, Drafts>>; // by the lab's id
  long?: Readonly<Record<string, Long>>;
}

// This place of the history.
export const entry = (): Entry | null => history.state as Entry | null;

// What the note says; null where this place of the history has none yet.
export const noted = (): string | null => entry()?.labs ?? null;

export const draftsOf = (id: string): Drafts => entry()?.drafts?.[id] ?? {};

export const longOf = (id: string): Long => entry()?.long?.[id] ?? {};

// Note it, under this address or the one there is. Not on every page may a script do so.
export function note({ labs, drafts, long }: Entry, address = location.href): void {
  const before = entry();
  try {
    const noted = {
      ...before,
      labs,
      drafts: { ...before?.drafts, ...drafts },
      long: { ...before?.long, ...long },
    };
    history.replaceState(noted, "", address);
  } catch {
    // Then Back and Reload come to what the address says.
  }
}
