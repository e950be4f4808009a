// Noise for the gradient: the twin of draw_noise in stochastic.py, the same bits.

import { mersenne } from "pure-rand/generator/mersenne";

// Numbers of mean 0 and variance 1: each is the sum of twelve uniform ones, less 6.
export function drawNumbers(seed: number, count: number): Float64Array {
  const generator = mersenne(seed);
  return Float64Array.from({ length: count }, () => {
    let sum = 0;
    for (let k = 0; k < 12; k++) sum += generator.next() >>> 0;
    return sum / 2 ** 32 - 6;
  });
}

// By coordinate, one number for each step.
export function draw(seed: number, steps: number): [Float64Array, Float64Array] {
  const numbers = drawNumbers(seed, 2 * steps);
  const every = (first: number) =>
    Float64Array.from({ length: steps }, (_, step) => numbers[2 * step + first]!);
  return [every(0), every(1)];
}
