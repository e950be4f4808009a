// Numbers as text, as slider positions, and as what a person typed.

import type { Parameter, Point, Spec } from "./contract.ts";

// To so many significant digits, without trailing zeros: 2.3688824, 3.12725069e-9.
export function format(value: number, digits = 9): string {
  return exact(Number(value.toPrecision(digits)));
}

// With all its digits: typed again, it is the same number. What is not a number is a dash.
export function exact(value: number): string {
  const size = Math.abs(value);
  if (!(size < Infinity)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const [plain, short] = [String(value), value.toExponential()];
  const small = size !== 0 && size < 1e-4;
  return (small || (size >= 1e9 && short.length < plain.length) ? short : plain).replace("e+", "e");
}

// A slider moves evenly over a linear or a logarithmic scale.
export function toPosition(parameter: Parameter, value: number): number {
  return parameter.scale === "log" ? Math.log10(value) : value;
}

export function fromPosition(parameter: Parameter, position: number): number {
  const value = parameter.scale === "log" ? 10 ** position : position;
  // Three digits read well, and make the same number as typing them. Near 1 a memory
  // such as .9995 needs the fourth.
  const rounded = parameter.whole
    ? Math.round(value)
    : Number(value.toPrecision(Math.abs(value) < 0.99 ? 3 : 4));
  const [low, high] = parameter.slider; // which may have more digits, and must not be passed
  return Math.min(Math.max(rounded, low), high);
}

// Every number that a lab holds has its parameter.
export function parameterOf({ parameters }: Spec, name: string): Parameter {
  const found = parameters.find((parameter) => parameter.name === name);
  if (!found) throw new Error(`this lab has no parameter ${name}`);
  return found;
}

// The ends of a slider.
export const positions = (parameter: Parameter): Point => [
  toPosition(parameter, parameter.slider[0]),
  toPosition(parameter, parameter.slider[1]),
];

export function ends(parameter: Parameter): { min: number; max: number; step: number } {
  const [min, max] = positions(parameter);
  const fine = 10 ** Math.floor(Math.log10((max - min) / 500));
  if (parameter.scale === "log" && parameter.whole) {
    const step = 0.2; // 1, 2, 3, 4, 6, 10, 16, ...: each another number, and the last one reaches the end
    return { min, max: Math.ceil(max / step) * step, step };
  }
  const step = parameter.whole ? 1 : parameter.scale === "log" ? 0.01 : fine;
  return { min, max, step };
}

const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i; // and no 0x10, which nobody means

// The number that was typed, or a message that names the value and the allowed range.
export function parse(parameter: Parameter, text: string): number | string {
  const typed = text.trim().replaceAll("−", "-");
  const value = DECIMAL.test(typed) ? Number(typed) : NaN;
  const { low, high, openLow, openHigh, whole } = parameter;
  const above = low === null || (openLow ? value > low : value >= low);
  const below = high === null || (openHigh ? value < high : value <= high);
  if (Number.isFinite(value) && above && below && (!whole || Number.isInteger(value))) return value;
  const shown = typed.length > 24 ? `${typed.slice(0, 24)}…` : typed;
  return `“${shown}” is not allowed: ${parameter.label} takes ${parameter.interval}`;
}
