// Numbers to pixels, evenly or by their logarithms, and the round numbers between two ends.

export type Interval = [number, number];

export interface Scale {
  (value: number): number;
  domain: Interval; // from the smaller to the larger
  range: Interval; // the pixels of these ends; may be set anew
  invert(pixel: number): number;
  ticks(count: number): number[]; // about so many
}

export function linear(domain: Interval, range: Interval = domain): Scale {
  const same = (value: number) => value;
  return between(domain, range, same, same, (count) => evenTicks(domain, count));
}

export function logarithmic(domain: Interval, range: Interval = domain): Scale {
  return between(domain, range, Math.log, Math.exp, (count) => decadeTicks(domain, count));
}

function between(
  domain: Interval,
  range: Interval,
  to: (value: number) => number,
  from: (value: number) => number,
  ticks: (count: number) => number[],
): Scale {
  const [low, high] = domain.map(to);
  const place = (value: number): number => {
    const share = high > low ? (to(value) - low) / (high - low) : 0.5;
    return scale.range[0] * (1 - share) + scale.range[1] * share;
  };
  const invert = (pixel: number) => {
    const [first, last] = scale.range;
    return from(low + ((high - low) * (pixel - first)) / (last - first));
  };
  const scale: Scale = Object.assign(place, { domain, range, invert, ticks });
  return scale;
}

// Round numbers some 1, 2 or 5 times a power of ten apart, counted from 0: the k-th, and the next to a value.
function rounds([low, high]: Interval, count: number) {
  const wanted = (high - low) / count;
  const power = Math.floor(Math.log10(wanted));
  const excess = wanted / 10 ** power;
  const units = excess >= Math.sqrt(50) ? 10 : excess >= Math.sqrt(10) ? 5 : excess >= Math.sqrt(2) ? 2 : 1;
  // Divided by a whole number, because 3 * 0.1 is not 0.3.
  const at = (k: number) => (power < 0 ? (k * units) / 10 ** -power : k * units * 10 ** power);
  const near = (value: number) => Math.round(value / at(1));
  const above = (value: number) => near(value) + Number(at(near(value)) < value);
  const below = (value: number) => near(value) - Number(at(near(value)) > value);
  return { at, above, below };
}

function evenTicks(domain: Interval, count: number): number[] {
  const [low, high] = domain;
  if (!(high > low)) return [low];
  const { at, above, below } = rounds(domain, count);
  const [first, last] = [above(low), below(high)];
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => at(first + k));
}

// 1 to 9 of each power of ten; round numbers where these are too few.
function decadeTicks([low, high]: Interval, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, k) => `e${first + k}`);
  const ticks = decades
    .flatMap((decade) => Array.from({ length: 9 }, (_, k) => Number(`${k + 1}${decade}`)))
    .filter((tick) => tick >= low && tick <= high);
  return ticks.length * 2 < count ? evenTicks([low, high], count) : ticks;
}

// As wide or a little wider, with round ends.
export function roundEven(domain: Interval, count: number): Interval {
  const [low, high] = domain;
  if (!(high > low)) return domain;
  const { at, above, below } = rounds(domain, count);
  const wider: Interval = [at(below(low)), at(above(high))];
  return wider[0] < low || wider[1] > high ? roundEven(wider, count) : domain;
}

export const roundDecades = ([low, high]: Interval): Interval => [
  Number(`1e${Math.floor(Math.log10(low))}`),
  Number(`1e${Math.ceil(Math.log10(high))}`),
];
