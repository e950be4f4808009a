// The numbers at an axis: short, whole, and apart from one another.

import { scaleLinear, scaleLog } from "d3-scale";
import type { Point } from "../model/contract.ts";

// d3's scale from one interval to another, of which its own types only say that it is a list.
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  domain(): Point;
  range(): Point;
  ticks(count: number): number[];
  nice(count?: number): Scale; // with round ends
}

export function scaleOf(kind: "linear" | "log", domain: Point, range: Point = [0, 1]): Scale {
  return (kind === "log" ? scaleLog : scaleLinear)(domain, range) as unknown as Scale;
}

const APART = 10; // px between two numbers
const COLUMN = 8; // px: a margin grows in steps, so that the picture holds still while one drags it
const LONG = 6; // characters from which on a power of ten is the shorter way to write a number

// Even ticks, all with as many digits as tell them apart: 0.5, 1.0 as 0.5, 1; 2000000 as 2e6.
export function evenLabels(ticks: number[]): string[] {
  const [first = 1, second = 0] = ticks;
  const apart = Math.abs(second - first) || 1;
  const unit = Math.floor(Math.log10(apart) + 1e-9); // ticks are 1, 2 or 5 times ten to it apart
  const write = (number: string) => String(Number(number)).replace("e+", "e");
  const plain = (tick: number) => write(tick.toFixed(Math.min(Math.max(-unit, 0), 100)));
  if (ticks.every((tick) => plain(tick).length <= LONG)) return ticks.map(plain);
  return ticks.map((tick) => {
    if (Math.abs(tick) < apart / 2) return "0";
    const digits = Math.floor(Math.log10(Math.abs(tick)) + 1e-9) - unit;
    const rounded = Number(tick.toExponential(Math.min(Math.max(digits, 0), 20)));
    const short = rounded.toExponential().replace("e+", "e");
    return short.length < plain(tick).length ? short : plain(tick);
  });
}

export interface Label {
  text: string;
  middle: number; // px
}

// The same, each with its middle.
export function labelled(ticks: number[], scale: Scale): Label[] {
  const texts = evenLabels(ticks);
  return ticks.map((tick, k) => ({ text: texts[k] ?? "", middle: scale(tick) }));
}

// As many numbers as have room side by side in a picture so wide, each with its middle.
export function sideBySide(
  scale: Scale,
  most: number,
  picture: number,
  width: (text: string) => number,
): Label[] {
  const choose = (count: number): Label[] => {
    const ticks = scale.ticks(count);
    const labels = labelled(ticks, scale);
    const [first, second] = labels;
    const room = first && second ? Math.abs(second.middle - first.middle) : Infinity;
    if (count > 2 && labels.some(({ text }) => width(text) + APART > room)) return choose(count - 1);
    return labels;
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
