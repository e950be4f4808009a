// The numbers at an axis: short, whole, and apart from one another.

import type { ScaleContinuousNumeric } from "d3-scale";

const APART = 10; // px between two numbers
const COLUMN = 8; // px: a margin grows in steps, so that the picture holds still while one drags it
const NAME = 14; // px that a name at the end of a curve takes
const LONG = 6; // characters from which on a power of ten is the shorter way to write a number

// Even ticks, all with as many digits as tell them apart: 0.5, 1.0 as 0.5, 1; 2000000 as 2e6.
export function evenLabels(ticks: number[]): string[] {
  const apart = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : Math.abs(ticks[0]) || 1;
  const unit = Math.floor(Math.log10(apart) + 1e-9); // ticks are 1, 2 or 5 times ten to it apart
  const write = (number: string) => String(Number(number)).replace("e+", "e");
  const plain = ticks.map((tick) => write(tick.toFixed(Math.min(Math.max(-unit, 0), 100))));
  if (plain.every((text) => text.length <= LONG)) return plain;
  return ticks.map((tick, k) => {
    if (Math.abs(tick) < apart / 2) return "0";
    const digits = Math.floor(Math.log10(Math.abs(tick)) + 1e-9) - unit;
    const rounded = Number(tick.toExponential(Math.min(Math.max(digits, 0), 20)));
    const short = rounded.toExponential().replace("e+", "e");
    return short.length < plain[k].length ? short : plain[k];
  });
}

// As many numbers as have room side by side in a picture so wide, each with its middle.
export function sideBySide(
  scale: ScaleContinuousNumeric<number, number>,
  most: number,
  picture: number,
  width: (text: string) => number,
): { text: string; middle: number }[] {
  const choose = (count: number): { text: string; middle: number }[] => {
    const ticks = scale.ticks(count);
    const room = Math.abs(scale(ticks[1]) - scale(ticks[0])); // not a number where there is but one
    const texts = evenLabels(ticks);
    if (count > 2 && texts.some((text) => width(text) + APART > room)) return choose(count - 1);
    return texts.map((text, k) => ({ text, middle: scale(ticks[k]) }));
  };
  // At the picture's edge a number moves aside a little, or is left out.
  return choose(most).flatMap(({ text, middle }) => {
    const half = width(text) / 2;
    const moved = Math.min(Math.max(middle, half), picture - half);
    return Math.abs(moved - middle) <= APART / 2 ? [{ text, middle: moved }] : [];
  });
}

// The margin that holds the numbers at an axis that goes up: at least so much.
export function margin(least: number, widths: number[]): number {
  const more = Math.max(...widths, 0) + APART - least;
  return least + Math.max(Math.ceil(more / COLUMN), 0) * COLUMN;
}

// Where a name goes that is to stand at (x, y): left of those that stand there already.
export function beside(taken: [number, number][], x: number, y: number): number {
  const hit = taken.some(([left, top]) => Math.abs(left - x) < NAME && Math.abs(top - y) < NAME);
  return hit ? beside(taken, x - NAME, y) : x;
}
