// A tape as equations: a line for each result, for each variable of the rule, and for what is used
// more than once. The rest is written in place. First in symbols, then with a step's numbers.

import type { Tape } from "../model/contract.ts";
import { exact } from "../model/numbers.ts";

export interface Equation {
  name: string;
  place: number; // of its value
  parts: Part[]; // of the right-hand side
}

type Part = string | Value;

interface Value {
  name: string;
  place: number;
  brackets: Brackets;
}

// What a number needs brackets for: nothing, where an expression begins; a minus; and as the base of a
// power an exponent, too.
type Brackets = "nothing" | "minus" | "exponent";

const LARGEST = 12; // operations in one line
const MOST = 40; // lines: nobody reads more

// How tight an expression holds together.
const [CHOICE, COMPARISON, SUM, PRODUCT, ROOT, POWER, ATOM] = [0, 1, 2, 3, 4, 5, 6];

// Between two operands: the sign, how tight it is, and how tight each of these has to be. A sum at the
// right of a sum keeps its brackets, because rounding tells.
const BETWEEN = new Map<string, [sign: string, own: number, left: number, right: number]>([
  ["add", [" + ", SUM, SUM, PRODUCT]],
  ["subtract", [" − ", SUM, SUM, PRODUCT]],
  ["multiply", [" · ", PRODUCT, PRODUCT, ROOT]],
  ["divide", [" / ", PRODUCT, PRODUCT, ROOT]],
  ["less", [" < ", COMPARISON, SUM, SUM]],
  ["less_equal", [" ≤ ", COMPARISON, SUM, SUM]],
  ["equal", [" == ", COMPARISON, SUM, SUM]],
  ["not_equal", [" ≠ ", COMPARISON, SUM, SUM]],
]);

const FUNCTIONS = new Map([
  ["absolute", "abs"],
  ["minimum", "min"],
  ["maximum", "max"],
]);

// `results` names what a checked tape returns, the update first; `symbols` what its arguments are called
// besides by their names. Null for a rule that is too long to be read.
export function equationsOf(
  tape: Tape,
  results: string[],
  symbols: ReadonlyMap<string, string>,
): Equation[] | null {
  const first = tape.takes.length;
  const names = nameLines(tape, results, symbols);
  const equations = [...names]
    .filter(([place]) => place >= first)
    .sort(([a], [b]) => a - b)
    .map(([place, name]): Equation => ({ name, place, parts: rightSide(tape, names, place, true) }));
  // What is returned as it came, as a number, or under a second name.
  results.forEach((name, k) => {
    const place = tape.returns[k]!;
    if (place < first || names.get(place) !== name) {
      equations.push({ name, place, parts: expression(tape, names, place, CHOICE, "nothing") });
    }
  });
  return equations.length > MOST ? null : equations;
}

// By place: the arguments, and the lines that have an equation of their own.
function nameLines(tape: Tape, results: string[], symbols: ReadonlyMap<string, string>): Map<number, string> {
  const variables = Object.entries(tape.names ?? {});
  const codes = new Set([...tape.takes, ...results, ...variables.map(([name]) => name)]);
  const names = new Map(
    tape.takes.map((name, place) => {
      const symbol = symbols.get(name) ?? name;
      return [place, codes.has(symbol) ? name : symbol]; // a symbol must not name another thing, too
    }),
  );
  const taken = new Set([...tape.takes, ...names.values()]);
  const give = (place: number, name: string) => {
    if (names.has(place) || taken.has(name) || lineAt(tape, place)[0] === "number") return;
    names.set(place, name);
    taken.add(name);
  };
  // A state gives its name first: the update is often one of them.
  const [update, ...states] = results.map((name, k) => [tape.returns[k]!, name] as const);
  for (const [place, name] of [...states, update!]) give(place, name);
  for (const [name, place] of variables) give(place, name);

  // What is used more than once and is more than one operation, and what has grown too long.
  const uses = new Map<number, number>();
  for (const [operation, ...operands] of tape.lines) {
    if (operation === "number") continue;
    for (const place of new Set(operands)) uses.set(place, (uses.get(place) ?? 0) + 1);
  }
  const sizes: number[] = tape.takes.map(() => 0); // how many operations are written in place
  let count = 0;
  for (const [operation, ...operands] of tape.lines) {
    const place = sizes.length;
    const size = operation === "number" ? 0 : 1 + operands.reduce((sum, one) => sum + sizes[one]!, 0);
    if (size > LARGEST || (size > 1 && uses.get(place)! > 1)) {
      do count++;
      while (taken.has(`v${count}`));
      give(place, `v${count}`);
    }
    sizes.push(names.has(place) ? 0 : size);
  }
  return names;
}

const lineAt = (tape: Tape, place: number) => tape.lines[place - tape.takes.length] ?? ["argument"];

// What stands at a place: its name, or its line in brackets where these are needed.
function expression(
  tape: Tape,
  names: ReadonlyMap<number, string>,
  place: number,
  least: number, // how tight it has to be
  brackets: Brackets,
): Part[] {
  const name = names.get(place);
  if (name !== undefined) return [{ name, place, brackets }];
  const [operation, number] = lineAt(tape, place);
  if (operation === "number") return [bracketed(exact(number!).replaceAll("-", "−"), brackets)];
  const loose = tightness(tape, place) < least;
  const parts = rightSide(tape, names, place, loose || brackets === "nothing");
  return loose ? ["(", ...parts, ")"] : parts;
}

function tightness(tape: Tape, place: number): number {
  const [operation, a, b] = lineAt(tape, place);
  if (operation === "multiply" && a === b) return POWER;
  if (operation === "negative") return SUM;
  if (operation === "sqrt") return ROOT;
  if (operation === "power") return POWER;
  if (operation === "where") return CHOICE;
  return BETWEEN.get(operation)?.[1] ?? ATOM;
}

function rightSide(
  tape: Tape,
  names: ReadonlyMap<number, string>,
  place: number,
  begins: boolean, // whether no sign stands before it
): Part[] {
  const [operation, ...operands] = lineAt(tape, place);
  const [a = 0, b = 0, c = 0] = operands;
  const write = (place: number, least: number, brackets: Brackets = "minus") =>
    expression(tape, names, place, least, brackets);
  const between = BETWEEN.get(operation);
  if (operation === "multiply" && a === b) return [...write(a, ATOM, "exponent"), "²"];
  if (between) {
    const [sign, , left, right] = between;
    return [...write(a, left, begins ? "nothing" : "minus"), sign, ...write(b, right)];
  }
  switch (operation) {
    case "negative":
      return ["−", ...write(a, PRODUCT)];
    case "sqrt":
      return ["√", ...write(a, ATOM)];
    case "power":
      return [...write(a, ATOM, "exponent"), "^", ...write(b, ATOM)];
    case "where": {
      const [condition, yes, no] = [write(a, COMPARISON, "nothing"), write(b, SUM), write(c, CHOICE)];
      return [...yes, " if ", ...condition, " else ", ...no];
    }
    default: {
      const parts: Part[] = [`${FUNCTIONS.get(operation) ?? operation}(`];
      operands.forEach((one, k) => {
        if (k > 0) parts.push(", ");
        parts.push(...write(one, CHOICE, "nothing"));
      });
      return [...parts, ")"];
    }
  }
}

// ---- as text

export const inSymbols = ({ parts }: Equation): string =>
  parts.map((part) => (typeof part === "string" ? part : part.name)).join("");

// With the values of all places, each as `format` writes it.
export function inNumbers(
  { parts }: Equation,
  values: ArrayLike<number>,
  format: (value: number) => string,
): string {
  const write = ({ place, brackets }: Value) => bracketed(format(values[place]!), brackets);
  return parts.map((part) => (typeof part === "string" ? part : write(part))).join("");
}

function bracketed(number: string, brackets: Brackets): string {
  const needed =
    (brackets !== "nothing" && number.startsWith("−")) || (brackets === "exponent" && number.includes("e"));
  return needed ? `(${number})` : number;
}
