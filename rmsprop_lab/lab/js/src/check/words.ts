// Sentences that Python has written, with numbers and names filled in as Python writes them.

import type { Check } from "../model/contract.ts";
import type { Values } from "./running.ts";

export interface Finding {
  correct: boolean;
  name: string;
  text: string;
  convention: boolean;
}

type Words = Record<string, string>;

const fill = (text: string, words: Words) => text.replace(/\{(\w+)\}/g, (_, word: string) => words[word]!);

export function found({ findings }: Check, key: string, words: Words = {}): Finding {
  const [name, text] = findings[key]!;
  return { correct: false, name: fill(name, words), text: fill(text, words), convention: false };
}

export const phrase = ({ phrases }: Check, key: string, words: Words = {}): string =>
  fill(phrases[key]!, words);

// Names in a sentence.
export const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");

// A shape as Python writes a tuple.
export const tuple = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;

const EXACT = 50; // digits, of which no number in the middle between two short ones has more

// Python's format(number, ".3g"), which rounds what lies in the middle to an even digit.
export function general(number: number, digits: number): string {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number < 0 ? "-inf" : "inf";
  if (number === 0) return Object.is(number, -0) ? "-0" : "0";
  const middle = new RegExp(`^(-?\\d\\.\\d{${digits - 2}}[02468])50*e(.*)`).exec(number.toExponential(EXACT));
  const [factor, power] = middle?.slice(1) ?? number.toExponential(digits - 1).split("e");
  const short = factor!.replace(/\.?0+$/, "");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return String(Number(`${short}e${exponent}`));
  return `${short}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

export function shown({ shape, numbers }: Values): string {
  const write = (depth: number, from: number, count: number): string => {
    if (depth === shape.length) return general(numbers[from]!, 3);
    const inner = count / shape[depth]!;
    const parts = Array.from({ length: shape[depth]! }, (_, k) => write(depth + 1, from + k * inner, inner));
    return `[${parts.join(", ")}]`;
  };
  return write(0, 0, numbers.length);
}
