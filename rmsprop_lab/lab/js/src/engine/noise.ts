// Noise for the gradient: the twin of draw_noise in stochastic.py, the same bits.

import { mersenne } from "pure-rand/generator/mersenne";

// By coordinate, one number of mean 0 and variance 1 for each step: twelve uniform numbers, less 6.
export function draw(seed: number, steps: number): [Float64Array, Float64Array] {
  const generator = mersenne(seed);
  const twelve = () => {
    let sum = 0;
    for (let k = 0; k < 12; k++) sum += generator.next() >>> 0;
    return sum / 2 ** 32 - 6;
  };
  const [x, y] = [new Float64Array(steps), new Float64Array(steps)];
  for (let step = 0; step < steps; step++) {
    x[step] = twelve();
    y[step] = twelve();
  }
  return [x, y];
}
