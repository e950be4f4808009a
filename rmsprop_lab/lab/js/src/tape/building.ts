// A tape as something that runs: a rule or a surface, a straight-line program that Python's tape.py or what
// a reader typed has recorded. Checked, it becomes a function, or the lines of a loop. Where a page's policy
// forbids making functions, it is interpreted.

import type { Tape } from "../model/contract.ts";
import { OPERATIONS, type Run } from "./operations.ts";

export type Numbers = (...numbers: number[]) => [number, ...number[]];

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
