// Work that could hold the page is done in slices: the first at once, the others as the page has time.

export const SLICE = 10; // ms

// `advance` works until the clock says so, and returns whether all is done. Returns what stops it. Where the
// page has been held long enough already, the first slice waits as the others do.
export function inSlices(
  advance: (until: number) => boolean,
  done: () => void,
  late = false,
  ms = SLICE,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    if (advance(performance.now() + ms)) done();
    else timer = setTimeout(slice);
  };
  if (late) timer = setTimeout(slice);
  else slice();
  return () => clearTimeout(timer);
}
