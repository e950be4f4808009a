// Work that could hold the page is done in slices: the first at once, the others as the page has time.

export const SLICE = 10; // ms

// `advance` works until the clock says so, and returns whether all is done. Returns what stops it. Where the
// page has been held long enough already, the first slice waits as the others do; what is looked at has a slice
// for each frame.
export function inSlices(
  advance: (until: number) => boolean,
  done: () => void,
  late = false,
  ms = SLICE,
  byFrame = false,
): () => void {
  let stop = () => {};
  const wait = () => {
    if (byFrame) {
      const frame = requestAnimationFrame(slice);
      stop = () => cancelAnimationFrame(frame);
    } else {
      const timer = setTimeout(slice);
      stop = () => clearTimeout(timer);
    }
  };
  const slice = () => {
    if (advance(performance.now() + ms)) done();
    else wait();
  };
  if (late) wait();
  else slice();
  return () => stop();
}
