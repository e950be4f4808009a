// Work that could hold the page is done in slices: the first at once, the others as the page has time.

export const SLICE = 10; // ms

// `advance` works until the clock says so, and returns whether all is done. Returns what stops it. Where the
// page has been held long enough already, the first slice waits as the others do. What is looked at has a slice
// for each frame, after it.
export function inSlices(
  advance: (until: number) => boolean,
  done: () => void,
  late = false,
  ms = SLICE,
  byFrame = false,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  const soon = () => (timer = setTimeout(slice));
  const wait = () => {
    if (byFrame) frame = requestAnimationFrame(soon);
    else soon();
  };
  const slice = () => {
    if (advance(performance.now() + ms)) done();
    else wait();
  };
  if (late) wait();
  else slice();
  return () => {
    clearTimeout(timer);
    if (byFrame) cancelAnimationFrame(frame);
  };
}
