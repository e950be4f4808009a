// What kind of function a tape holds.

import type { Tape } from "../model/contract.ts";

// The degree of a tape's first result as a polynomial in its first arguments, so many; infinite where it is none.
export function degreeOf({ takes, lines, returns }: Tape, unknowns: number): number {
  const degrees: number[] = takes.map((_, k) => (k < unknowns ? 1 : 0));
  for (const [operation, ...operands] of lines) {
    const [first = 0, second = 0, third = 0] =
      operation === "number" ? [] : operands.map((place) => degrees[place] ?? Infinity);
    degrees.push(combined(operation, first, second, third));
  }
  return degrees[returns[0] ?? -1] ?? Infinity;
}

function combined(operation: string, first: number, second: number, third: number): number {
  if (operation === "add" || operation === "subtract") return Math.max(first, second);
  if (operation === "multiply") return first + second;
  if (operation === "negative" || (operation === "divide" && second === 0)) return first;
  return first + second + third === 0 ? 0 : Infinity; // of numbers alone it makes a number
}
