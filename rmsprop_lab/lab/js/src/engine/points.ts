// Points as text: two columns as they are copied from a table or a file, and as they stand in an address.

import type { Point } from "../model/contract.ts";
import { exact } from "../model/numbers.ts";
import { inputsDiffer, LARGEST, MOST } from "./line.ts";

const ROOM = 2500; // characters of an address that points may take: some are for the other settings
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const COMMA = /^([-+]?\d*),(\d+(e[-+]?\d+)?)$/i; // of a number: 1,5

const quote = (text: string) => (text.length > 24 ? `“${text.slice(0, 24)}…”` : `“${text}”`);
const WANTED = "two numbers are wanted, an input and a target";

// The points of a text; or what is wrong with it, and in which line, from 1.
export function readPoints(text: string): Point[] | string {
  const points: Point[] = [];
  let heading = false; // a first line of words
  for (const [k, whole] of text
    .replaceAll(/[−–]/g, "-")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = whole.trim();
    if (line === "") continue;
    const parts = columns(line);
    if (parts.length > 2 && parts.at(-1) === "") parts.pop(); // some programs close a line with a separator
    if (points.length === 0 && !heading && parts.every(isWord)) {
      heading = true;
      continue;
    }
    const where = `Line ${k + 1}`;
    if (parts.length !== 2) {
      const many = parts.length === 1 ? "one column" : `${parts.length} columns`;
      const commas = line.includes(",") && parts.length > 2 ? "; put a semicolon between decimal commas" : "";
      return `${where} has ${many}, ${quote(line)}: ${WANTED}${commas}.`;
    }
    const numbers = parts.map(numberOf);
    const wrong = parts.findIndex((_, place) => !Number.isFinite(numbers[place]));
    if (wrong >= 0) {
      const there = parts[wrong] === "" ? "nothing" : quote(parts[wrong]!);
      return `${where} has ${there} as its ${wrong ? "target" : "input"}: a number is wanted, as 1.5 or −2e3.`;
    }
    const large = numbers.findIndex((number) => Math.abs(number) > LARGEST);
    if (large >= 0) {
      return `${where} has ${quote(parts[large]!)}: numbers from −${exact(LARGEST)} to ${exact(LARGEST)} are wanted.`;
    }
    if (points.length === MOST) return `${where} is one too many: ${MOST} points are wanted at most.`;
    points.push([numbers[0]!, numbers[1]!]);
  }
  if (points.length < 2) {
    const many = points.length === 0 ? "no point" : "one point";
    return `There is ${many}: two at least are wanted, each a line with its input and its target.`;
  }
  if (inputsDiffer(points)) return points;
  return `All inputs are ${exact(points[0]![0])}: two different ones at least are wanted, or no one line is the best.`;
}

// What stands between columns: a tab or a semicolon; else spaces; else a comma. Beside the first three a comma may
// be a decimal one.
function columns(line: string): string[] {
  const trimmed = (parts: string[]) => parts.map((part) => part.trim());
  if (/[\t;]/.test(line)) return trimmed(line.split(/[\t;]/));
  if (/\s/.test(line)) return line.split(/\s*,\s+|\s+,\s*|\s+/);
  return line.split(",");
}

// Whether a comma was read as a decimal one: 1,200 is 1.2.
export const hasDecimalCommas = (text: string): boolean =>
  text.split(/[\r\n]+/).some((line) => columns(line.trim()).some((part) => COMMA.test(part)));

const isWord = (part: string) =>
  /\p{L}/u.test(part) && !/^[-+.,]?\d/.test(part) && !/^[-+]?(nan|inf)/i.test(part);

function numberOf(part: string): number {
  const plain = part.replace(COMMA, "$1.$2");
  return DECIMAL.test(plain) ? Number(plain) : NaN;
}

// One point a line.
export const printPoints = (points: readonly Point[]): string =>
  points.map((point) => point.map(exact).join(", ")).join("\n");

// Of points that an address can carry: u,t,u,t
export function writePoints(points: readonly Point[]): string | null {
  const text = String(points);
  return text.length <= ROOM ? text : null;
}

export function parsePoints(text: string): { value: Point[] } | string {
  const numbers = text.split(",");
  const lines = Array.from({ length: Math.ceil(numbers.length / 2) }, (_, k) =>
    numbers.slice(2 * k, 2 * k + 2).join(";"),
  );
  const points = readPoints(lines.join("\n"));
  return typeof points === "string"
    ? `data ${quote(text)} cannot be read: ${points.replace(/\.$/, "")}`
    : { value: points };
}
