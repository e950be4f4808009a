// What a network makes of its inputs' plane: which class it says where, how sure it is, and how far each class is
// ahead of the others. Where one is ahead by 0 lies its border.

import { logProbabilities, type Sizes } from "./network.ts";

export interface Regions {
  said: Uint8Array; // the most probable class, of each point
  sure: Float64Array; // from 0, where all classes are as probable or have no number, to 1
  ahead: Float64Array[]; // by class: the logarithm of how many times as probable as the next
}

export function regionsOf(sizes: Sizes, params: Float64Array, points: Float64Array): Regions {
  const [logs, classes] = [logProbabilities(sizes, params, points), sizes.at(-1)!];
  const count = logs.length / classes;
  const [said, sure] = [new Uint8Array(count), new Float64Array(count)];
  const ahead = Array.from({ length: classes }, () => new Float64Array(count));
  for (let point = 0; point < count; point++) {
    const first = point * classes;
    let [top, highest, second] = [0, -Infinity, -Infinity];
    for (let k = 0; k < classes; k++) {
      const log = logs[first + k]!;
      if (log > highest) [top, highest, second] = [k, log, highest];
      else if (log > second) second = log;
    }
    said[point] = top;
    sure[point] = classes > 1 ? Math.max((classes * Math.exp(highest) - 1) / (classes - 1), 0) : 1;
    for (let k = 0; k < classes; k++) ahead[k]![point] = logs[first + k]! - (k === top ? second : highest);
  }
  return { said, sure, ahead };
}
