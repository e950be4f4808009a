// Where the labs of a page stand: in its address, and noted beside it in the tab's history. The address
// may be a heading's, or have been written by hand; the note is there when Back or Reload come to it again.

interface Entry {
  labs?: string;
}

// What the note says; null where this place of the history has none yet.
export const noted = (): string | null => (history.state as Entry | null)?.labs ?? null;

// Note it, under this address or the one there is. Not on every page may a script do so.
export function note(labs: string | undefined, address = location.href): boolean {
  try {
    history.replaceState({ ...history.state, labs }, "", address);
    return true;
  } catch {
    return false;
  }
}
