// A straight-line program, as Python's translator or the reader's formula makes it, becomes
// a function. Its words are the translators' own: names, numbers, operators and Math's functions.
// Nothing that a reader types comes here as it was typed.

export interface Program {
  takes: string[]; // the names of its arguments
  defaults: string[]; // the values of the last of them
  lines: string[]; // assignments
  returns: string[]; // expressions
}

export type Numbers = (...numbers: number[]) => number[];

export function compile({ takes, defaults, lines, returns }: Program): Numbers {
  const first = takes.length - defaults.length;
  const head = takes.map((name, k) => (k < first ? name : `${name} = ${defaults[k - first]}`));
  return build(head, [...lines, `return [${returns.join(", ")}];`]);
}

export function build(head: string[], body: string[]): any {
  return new Function(`"use strict"; return (${head.join(", ")}) => {\n${body.join("\n")}\n};`)();
}

// The program's arguments and assignments, as lines of a block.
export function bind({ takes, defaults, lines }: Program, given: string[]): string {
  const first = takes.length - defaults.length;
  return [...takes.map((name, k) => `const ${name} = ${given[k] ?? defaults[k - first]};`), ...lines].join(
    "\n",
  );
}
