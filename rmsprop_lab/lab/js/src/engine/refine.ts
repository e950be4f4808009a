// How fine a map can be: so many settings along each side as can be walked in the time there is.

import type { Run } from "./run.ts";
import { inSlices, SLICE } from "./slices.ts";

const LEAST = 8; // settings along each side

// Of maps of one thing: another is walked at another pace.
export function createRefinement() {
  let cancel = () => {};
  let pace = 0; // ms for one setting, as the last map took
  return {
    start(
      largest: number, // settings along each side
      time: number, // ms
      late: boolean, // this frame has no time any more
      begin: (size: number) => Run,
      done: (size: number, run: Run) => void,
    ): void {
      const fitting = () => {
        let size = largest;
        while (size > LEAST && size * size * pace > time) size /= 2;
        return size;
      };
      // Where there is time to find out, the last map's pace, of one short slice maybe, does not count.
      let size = time > SLICE ? largest : fitting();
      let run = begin(size);
      let slices = 0;
      cancel = inSlices(
        (until) => {
          const all = run.advance(until);
          pace = run.pace;
          // What takes longer than was thought is begun anew, with fewer settings; not for one slice alone, in
          // which the processor may have done something else.
          if (!all && ++slices > 1 && fitting() < size)
            [size, run, slices] = [fitting(), begin(fitting()), 0];
          return all;
        },
        () => done(size, run),
        late,
      );
    },
    stop: () => cancel(),
  };
}
