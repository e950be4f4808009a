// A tape: a rule or a surface as data, a straight-line program that Python's tape.py or what a
// reader typed has recorded. Checked, it becomes a function, or the lines of a loop. Where a
// page's policy forbids making functions, it is interpreted.

import type { ExamplesSpec, Spec, Tape } from "../model/contract.ts";

export type Numbers = (...numbers: number[]) => [number, ...number[]];

type Run = (a: number, b: number, c: number) => number;

// Each operation as text, with $0, $1 ... for its operands, and as a function.
type Forms = [text: string, run: Run];

// They have the same bits as in Python.
const EXACT = new Map<string, Forms>([
  ["add", ["($0 + $1)", (a, b) => a + b]],
  ["subtract", ["($0 - $1)", (a, b) => a - b]],
  ["multiply", ["($0 * $1)", (a, b) => a * b]],
  ["divide", ["($0 / $1)", (a, b) => a / b]],
  ["negative", ["(-$0)", (a) => -a]],
  ["sqrt", ["Math.sqrt($0)", Math.sqrt]],
  ["absolute", ["Math.abs($0)", Math.abs]],
  ["sign", ["(Math.sign($0) + 0)", (a) => Math.sign(a) + 0]], // + 0: in Python no -0 comes out
  ["minimum", ["Math.min($0, $1)", (a, b) => Math.min(a, b)]],
  ["maximum", ["Math.max($0, $1)", (a, b) => Math.max(a, b)]],
  ["less", ["+($0 < $1)", (a, b) => +(a < b)]],
  ["less_equal", ["+($0 <= $1)", (a, b) => +(a <= b)]],
  ["equal", ["+($0 === $1)", (a, b) => +(a === b)]],
  ["not_equal", ["+($0 !== $1)", (a, b) => +(a !== b)]],
  ["where", ["($0 ? $1 : $2)", (a, b, c) => (a ? b : c)]],
]);

// They may differ in the last one, and take long.
const INEXACT = new Map<string, Forms>([
  ["power", ["Math.pow($0, $1)", Math.pow]],
  ["exp", ["Math.exp($0)", Math.exp]],
  ["log", ["Math.log($0)", Math.log]],
  ["sin", ["Math.sin($0)", Math.sin]],
  ["cos", ["Math.cos($0)", Math.cos]],
  ["tan", ["Math.tan($0)", Math.tan]],
  ["tanh", ["Math.tanh($0)", Math.tanh]],
]);

export const OPERATIONS = new Map([...EXACT, ...INEXACT]);

export const LONGEST = 10_000; // lines

// One operation on numbers.
export function operate(operation: string, [a = 0, b = 0, c = 0]: number[]): number {
  return OPERATIONS.get(operation)![1](a, b, c);
}

export class TapeError extends Error {}

function check(good: boolean, what: string): asserts good {
  if (!good) throw new TapeError(`This lab is damaged: ${what}.`);
}

// Raise an error that says what is wrong with a tape: it may have been damaged on its way, or
// made by somebody who means harm.
export function checkTape(tape: Tape, takes: number, returns: number): void {
  check([tape.takes, tape.lines, tape.returns].every(Array.isArray), "a tape is not made of lists");
  check(tape.takes.length === takes, `a tape takes ${tape.takes.length} numbers, not ${takes}`);
  check(tape.returns.length === returns, `a tape returns ${tape.returns.length} numbers, not ${returns}`);
  check(tape.lines.length <= LONGEST, `a tape has ${tape.lines.length} lines; ${LONGEST} at most`);
  const checkPlaces = (places: number[], end: number, where: string) => {
    const wrong = places.find((place) => !(Number.isInteger(place) && place >= 0 && place < end));
    check(wrong === undefined, `${where} takes place ${wrong}; places are 0 to ${end - 1} there`);
  };
  tape.lines.forEach((line, k) => {
    const where = `line ${k + 1} of a tape`;
    check(Array.isArray(line), `${where} is not a list`);
    const [operation, ...operands] = line;
    if (operation === "number") {
      check(operands.length === 1 && typeof operands[0] === "number", `${where} is not a number`);
      return;
    }
    const named: unknown = operation; // whatever it is
    const text = OPERATIONS.get(operation)?.[0];
    const choices = [...OPERATIONS.keys(), "number"].join(", ");
    check(text !== undefined, `${where} is “${String(named).slice(0, 40)}”; choices: ${choices}`);
    const count = new Set(text.match(/\$\d/g)).size;
    check(operands.length === count, `${where} has ${operands.length} operands, not ${count}`);
    checkPlaces(operands, takes + k, where);
  });
  checkPlaces(tape.returns, takes + tape.lines.length, "the end of a tape");
  const names: unknown = tape.names ?? {};
  check(typeof names === "object" && names !== null, "the names of a tape are no list");
  checkPlaces(Object.values(names) as number[], takes + tape.lines.length, "a name of a tape");
}

// All that came with a lab.
export function checkTapes({ objectives, optimizers, schedules }: Spec): void {
  for (const { value, grad, examples, parameters } of objectives) {
    const takes = 2 + parameters.length;
    if (value) checkTape(value, takes, 1);
    if (grad) checkTape(grad, takes, 2);
    if (examples) checkTape(examples.grad, 2 + columnsOf(examples), 2);
  }
  for (const { factor, parameters } of schedules) {
    if (factor) checkTape(factor, 2 + parameters.length, 1);
  }
  for (const { rule, parameters, state } of optimizers) {
    if (rule) checkTape(rule, parameters.length + 1 + state.length, 1 + state.length);
  }
}

export const columnsOf = ({ rows }: ExamplesSpec): number => rows[0]?.length ?? 0;

// ---- as a function --------------------------------------------------------------------

const compiled = new WeakMap<Tape, Numbers>();

// Each once: a tape stays as it is.
export function compile(tape: Tape): Numbers {
  const known = compiled.get(tape) ?? compileAnew(tape);
  compiled.set(tape, known);
  return known;
}

function compileAnew(tape: Tape): Numbers {
  if (!mayBuild()) return interpret(tape);
  const names = tape.takes.map((_, k) => `$a${k}`);
  const { lines, returns } = write(tape, names);
  return build(names, [...lines, `return [${returns.join(", ")}];`]) as Numbers;
}

let allowed: boolean | null = null;

// Whether the page's policy lets functions be made of text.
export function mayBuild(): boolean {
  if (allowed === null) {
    try {
      build([], []);
      allowed = true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

// Only of text that `write` and its callers have written: nothing that a tape holds gets into it but
// numbers.
export function build(head: string[], body: string[]): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call
  return new Function(`"use strict"; return (${head.join(", ")}) => {\n${body.join("\n")}\n};`)();
}

// Of a checked tape, whose places are all there, the lines of a block where its arguments have these names; and what its results are called.
export function write(tape: Tape, given: string[]): { lines: string[]; returns: string[] } {
  const [names, lines]: [string[], string[]] = [[...given], []];
  for (const [operation, ...operands] of tape.lines) {
    if (operation === "number") {
      names.push(literal(operands[0]!));
      continue;
    }
    const name = `$v${names.length}`;
    const [text] = OPERATIONS.get(operation)!;
    lines.push(`const ${name} = ${text.replace(/\$(\d)/g, (_, k) => names[operands[Number(k)]!]!)};`);
    names.push(name);
  }
  return { lines, returns: tape.returns.map((place) => names[place]!) };
}

// A number as it stands in a program.
export function literal(number: number): string {
  return number < 0 || Object.is(number, -0) ? `(-${-number})` : String(number);
}

function interpret(tape: Tape): Numbers {
  const run = valuesOf(tape);
  return (...given) => {
    const values = run(given);
    return tape.returns.map((place) => values[place]!) as ReturnType<Numbers>;
  };
}

// What stands at each place of a checked tape, in an array that the next run writes over.
export function valuesOf(tape: Tape): (given: number[]) => Float64Array {
  const first = tape.takes.length;
  const values = new Float64Array(first + tape.lines.length);
  const work: [place: number, run: Run, a: number, b: number, c: number][] = [];
  tape.lines.forEach(([operation, a = 0, b = 0, c = 0], k) => {
    if (operation === "number") values[first + k] = a;
    else work.push([first + k, OPERATIONS.get(operation)![1], a, b, c]);
  });
  return (given) => {
    values.set(given);
    for (const [place, run, a, b, c] of work) values[place] = run(values[a]!, values[b]!, values[c]!);
    return values;
  };
}

// How often a tape computes what takes long; a power as much as three others.
export function slowness(tape: Tape | null): number {
  const of = (operation: string) => (operation === "power" ? 3 : Number(INEXACT.has(operation)));
  return (tape?.lines ?? []).reduce((sum, [operation]) => sum + of(operation), 0);
}
