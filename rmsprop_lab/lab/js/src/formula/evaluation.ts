// What the expressions of a rule mean: the values of its names, and the lines that they stand for.

import type { Tape } from "../model/contract.ts";
import { Arithmetic, LARGEST, real, whole, type Value } from "./arithmetic.ts";
import type { Node } from "./expression.ts";
import { CONSTANTS, functionsOf, type Callable } from "./functions.ts";
import { fullName, isAttribute, isWhole, type Python } from "./python.ts";
import { Recording, type Term } from "./recording.ts";
import type { TextError, Token } from "./scan.ts";

const LONGEST = 500; // lines of its tape: thousands of settings walk by it while one types

// Told of each expression, what it stands for, and what its word is called in full.
export type Watch = (node: Node, term: Term, name: string) => void;

export class Evaluation {
  private python: Python;
  private recording: Recording;
  private by: Arithmetic;
  private functions: Map<string, Callable>;
  private values = new Map<string, Value>();
  private imported: Map<string, string>; // sqrt: np.sqrt
  private borrowed = new Set<string>(); // names that were read as a function's or a constant's

  private watch: Watch | undefined;

  constructor(python: Python, takes: string[], imported: Map<string, string>, watch?: Watch) {
    this.watch = watch;
    this.python = python;
    this.recording = new Recording(takes);
    this.by = new Arithmetic(this.recording);
    this.functions = functionsOf(this.by);
    this.imported = imported;
    takes.forEach((name, place) => this.values.set(name, real({ place })));
  }

  tape(results: Value[]): Tape {
    const variables = [...this.values].map(([name, { term }]): [string, Term] => [name, term]);
    return this.recording.tape(
      results.map(({ term }) => term),
      variables,
    );
  }

  // From NumPy or math, by its full name.
  import(full: string, name: Token): void {
    if (!this.functions.has(full) && !CONSTANTS.has(full)) throw this.unknown({ ...name, word: full });
    this.imported.set(name.word, full);
  }

  assign(name: Token, value: Value): void {
    if (this.borrowed.has(name.word)) {
      throw this.wrong(name, "has another meaning above: give this value a name of its own");
    }
    this.values.set(name.word, value);
  }

  of(node: Node): Value {
    const value = this.meaning(node);
    if (typeof value.term === "number") {
      if (!Number.isFinite(value.term)) throw this.wrong(node.token, "makes a constant that is not finite");
      if (value.whole === 1) value.size = Math.abs(value.term);
    }
    if (value.whole !== 0 && value.size > LARGEST) {
      throw this.wrong(node.token, "makes whole numbers beyond 2**53: write one with a point, as in 2.0");
    }
    if (this.recording.length > LONGEST) {
      throw this.wrong(node.token, `is one operation too many: a rule has at most ${LONGEST}`);
    }
    this.watch?.(node, value.term, this.nameOf(node.token.word));
    return value;
  }

  private meaning({ token, parts, signs }: Node): Value {
    if (token.kind === "function") return this.call(token, parts);
    if (!parts.length) return this.operand(token);
    if (token.word === "(" || token.word === ",") {
      throw this.wrong(token, "makes several values where one number should stand");
    }
    const values = parts.map((part) => this.of(part));
    if (signs) return this.comparisons(signs, values);
    const [a, b, c] = values as [Value, Value, Value];
    const { by } = this;
    switch (token.word) {
      case "not":
        return by.not(a);
      case "and":
        this.checkAlike(token, a, b);
        return by.and(a, b);
      case "or":
        this.checkAlike(token, a, b);
        return by.or(a, b);
      case "if":
        this.checkAlike(token, b, c);
        return by.choice(a, b, c);
    }
    // To NumPy True + True is True, to Python 2.
    if (values.every(({ condition }) => condition)) {
      throw this.wrong(token, "stands between comparisons: write and, or, not, or 1.0 if c else 0.0");
    }
    switch (token.word) {
      case "+":
        return b ? by.add(a, b) : a;
      case "-":
        return b ? by.subtract(a, b) : by.negative(a);
      case "*":
        return by.multiply(a, b);
      case "/":
        return by.divide(a, b);
      default:
        this.checkNumbers(token, a, b);
        return by.power(a, b);
    }
  }

  private comparisons(signs: Token[], values: Value[]): Value {
    const { by } = this;
    return signs
      .map(({ word }, k): Value => {
        const [a, b] = values.slice(k) as [Value, Value];
        if (word === "<") return by.less(a, b);
        if (word === ">") return by.less(b, a);
        if (word === "<=") return by.lessEqual(a, b);
        if (word === ">=") return by.lessEqual(b, a);
        return word === "==" ? by.equal(a, b) : by.notEqual(a, b);
      })
      .reduce(by.and); // a < b < c is a < b and b < c
  }

  private checkAlike(token: Token, a: Value, b: Value): void {
    if (a.condition !== b.condition) {
      throw this.wrong(token, "stands between a comparison and a number: write two of a kind");
    }
  }

  private checkNumbers(token: Token, ...values: Value[]): void {
    if (values.some(({ condition }) => condition)) {
      throw this.wrong(token, "takes numbers, not a comparison: write 1.0 if c else 0.0");
    }
  }

  // ---- names

  private operand(token: Token): Value {
    const { word, value } = token;
    if (value !== null) return isWhole(word) ? whole(value) : real(value);
    const known = this.values.get(word);
    if (known) return { ...known };
    const constant = CONSTANTS.get(this.imported.get(word) ?? fullName(word));
    if (constant !== undefined) {
      this.borrowed.add(word);
      return real(constant);
    }
    const called = this.functions.get(this.nameOf(word));
    throw called ? this.wrong(token, `needs parentheses: write ${usage(word, called)}`) : this.unknown(token);
  }

  private call(token: Token, parts: Node[]): Value {
    const { word } = token;
    if (this.values.has(word)) throw this.wrong(token, `is a number, not a function: write ${word} * (`);
    const called = this.functions.get(this.nameOf(word));
    if (!called) throw this.unknown(token);
    this.borrowed.add(word);
    const { takes, compute } = called;
    const more = takes.includes("...");
    if (more ? parts.length < 2 : parts.length !== takes.length) {
      const count = `${more ? "2 or more" : takes.length} ${takes.length === 1 ? "value" : "values"}`;
      throw this.wrong(token, `takes ${count}, not ${parts.length}: write ${usage(word, called)}`);
    }
    const values = parts.map((part) => this.of(part));
    if (takes[0] === "condition") this.checkAlike(token, values[1]!, values[2]!);
    else this.checkNumbers(token, ...values);
    return compute(...values);
  }

  // sqrt, np.sqrt and numpy.sqrt are one; abs, min, max and pow are Python's own.
  private nameOf(word: string): string {
    if (word.includes(".")) return fullName(word);
    return this.imported.get(word) ?? (this.functions.has(word) ? word : `np.${word}`);
  }

  private unknown(token: Token): TextError {
    const { kind, word } = token;
    if (isAttribute(word)) return this.python.attribute(token);
    if (word.includes(".") || kind === "function") {
      return this.wrong(token, `is not known; choices: ${this.choices(word)}`);
    }
    if (!this.values.size) return this.wrong(token, "stands where a number should");
    const names = [...this.values.keys()];
    const some = names.slice(0, 20).join(", ");
    return this.wrong(token, `is not known here; choices: ${some}${names.length > 20 ? " …" : ""}`);
  }

  private choices(word: string): string {
    const prefix = word.startsWith("math.") ? "math." : "np.";
    const known = [...this.functions.keys(), ...CONSTANTS.keys()].filter((name) => name.startsWith(prefix));
    return `${known.join(", ")}, abs, min, max, pow`;
  }

  private wrong(token: Token, what: string): TextError {
    return this.python.wrong(token, what);
  }
}

function usage(name: string, { takes }: Callable): string {
  return `${name}(${takes.join(", ")})`;
}
