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

// For those who look and those who are spoken to: a number that is less than what rounding does to one as large as
// another is all but 0, and its digits are noise. Who asks for them finds them: in the row of the legend, the file.
export function legible(value: number, beside: number, digits = 9): string {
  const negligible = value !== 0 && Math.abs(value) < Number.EPSILON * beside;
  return negligible ? "≈ 0" : format(value, digits);
}

// The roundest number between two: 0.15 between 0.141 and 0.158. One with fewer digits is rounder, then one that
// ends in 5.
export function roundest(low: number, high: number): number {
  if (low <= 0 && high >= 0) return 0;
  const middle = (low + high) / 2;
  const first = Math.floor(Math.log10(Math.max(-low, high)));
  for (let power = first; power > first - 17; power--) {
    for (const unit of [`1e${power}`, `5e${power - 1}`]) {
      const rounded = multiple(Math.round(middle / Number(unit)), unit);
      if (rounded >= low && rounded <= high) return rounded;
    }
  }
  return middle;
}

// As it is typed: 3 times 0.05 is 0.15, and not 0.15000000000000002.
const multiple = (times: number, unit: string) => Number(`${times * Number(unit[0])}${unit.slice(1)}`);

// A slider moves evenly over its scale. That of a memory is by what a step forgets: as far from 0.9 to 0.99 as
// from 0.99 to 0.999.
const SCALES: Record<Parameter["scale"], { to(value: number): number; from(position: number): number }> = {
  linear: { to: (value) => value, from: (position) => position },
  log: { to: Math.log10, from: (position) => 10 ** position },
  memory: { to: (value) => Math.log10(1 / (1 - value)), from: (position) => 1 - 10 ** -position },
};

export function toPosition({ scale }: Parameter, value: number): number {
  return SCALES[scale].to(value);
}

// The roundest number at a position: of those nearer to it than to the next ones, or within reach of a hand. Whole
// numbers on a logarithmic scale are the powers of two.
export function fromPosition(parameter: Parameter, position: number, reach = 0): number {
  const { scale, whole, slider } = parameter;
  const [low, high] = slider; // which may have more digits, and must not be passed
  const { from } = SCALES[scale];
  const hold = (value: number) => Math.min(Math.max(value, low), high);
  if (whole && scale !== "linear") return hold(Math.round(from(position)));
  const near = Math.max(reach, ends(parameter).step / 2);
  const [below, above] = [from(position - near), from(position + near)];
  return hold(whole ? roundest(Math.ceil(below), Math.floor(above)) : roundest(below, above));
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

// The same for a browser's slider, which stops at whole steps from its lower end only: both are whole steps.
export function ends(parameter: Parameter): { min: number; max: number; step: number } {
  const [low, high] = positions(parameter);
  const step = stepOf(parameter, high - low);
  const whole = (steps: number) => Number((steps * step).toPrecision(12));
  return { min: whole(Math.floor(low / step + 1e-9)), max: whole(Math.ceil(high / step - 1e-9)), step };
}

function stepOf({ scale, whole }: Parameter, length: number): number {
  if (scale === "linear") return whole ? 1 : 10 ** Math.floor(Math.log10(length / 500));
  return whole ? Math.log10(2) : 0.01;
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
  return `“${shown}” is not allowed: ${parameter.label} takes ${allowed(parameter)}`;
}

// The numbers that are allowed, in words.
export function allowed({ low, high, openLow, openHigh, whole }: Parameter): string {
  const kind = whole ? "whole numbers" : "numbers";
  const above = low === null ? "" : ` ${openLow ? "above" : "from"} ${exact(low)}`;
  if (high === null) return `${kind}${above}${low === null || openLow ? "" : " up"}`;
  if (low === null) return `${kind} ${openHigh ? "below" : "up to"} ${exact(high)}`;
  const [end, excluded] = openLow ? [" and up to", " and below"] : [" to", " up to, not including,"];
  return `${kind}${above}${openHigh ? excluded : end} ${exact(high)}`;
}
