// A formula in x and y as a reader types it, (1-x)^2 + 100*(y - x^2)^2, as a tape, and another of its
// gradient. The same language, messages and order of operations as formula.py and gradient.py.
//
// A scanner reads the text and says what is wrong and where; only a good formula reaches the parser.

import type { Line, Tape } from "../model/contract.ts";
import { literal } from "../tape/tape.ts";

const LONGEST = 200; // characters
const DEEPEST = 50; // parentheses in parentheses

const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);
const FUNCTIONS = ["sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "abs"] as const;
type FunctionName = (typeof FUNCTIONS)[number];
const CHOICES = `choices: x, y, pi, e, numbers, + - * / ^ ( ), ${FUNCTIONS.join(", ")}`;
const HINTS = new Map([
  ["=", "write only what f(x, y) equals"],
  ["²", "write ^2"],
  ["³", "write ^3"],
  ["[", "write ("],
  ["]", "write )"],
]);

export interface Mistake {
  message: string;
  at: number; // the character in question, from 0; the message counts from 1
}

export function parseFormula(text: string): { value: Tape; grad: Tape } | Mistake {
  try {
    const tokens = scan(text);
    const recording = new Recording();
    const { value, dx, dy } = new Differentiation(recording).of(shapeOf(tokens));
    return { value: recording.tape(value), grad: recording.tape(dx ?? 0, dy ?? 0) };
  } catch (error) {
    if (error instanceof FormulaError) return { message: error.message, at: error.at };
    return { message: "this formula cannot be read", at: 0 }; // not known to happen
  }
}

class FormulaError extends Error {
  at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

// ---- what was typed -------------------------------------------------------------------

interface Token {
  kind: "operand" | "function" | "operator" | "bracket" | "";
  word: string;
  at: number;
  value: number | null; // of a number
}

const SPACE = /[ \t\n\r\u00a0]*/y;
const TOKEN =
  /((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|([A-Za-z_$][A-Za-z0-9_$]*)|(\*\*|[-+*/^])|([()])/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSpace(text: string, at: number): number {
  return at + matchAt(SPACE, text, at)![0].length;
}

function scan(typed: string): Token[] {
  // Characters as a reader counts them, some of which are two of a string's.
  if (typed.length > 2 * LONGEST || [...typed].length > LONGEST) {
    throw new FormulaError(
      `character ${LONGEST + 1} is one too many: a formula has at most ${LONGEST}`,
      LONGEST,
    );
  }
  const text = typed.replaceAll("−", "-").replaceAll(/[·×]/g, "*");
  const tokens: Token[] = [];
  const opened: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length;) {
    const token = tokenAt(text, at);
    check(token, tokens.at(-1), opened);
    tokens.push(token);
    at = skipSpace(text, at + token.word.length);
  }
  const last = tokens.at(-1);
  if (!last) throw new FormulaError("the formula is empty: write for example x^2 + 3*y^2", 0);
  if (last.kind === "function") throw bare(last);
  if (wantsOperand(last)) {
    const where = `the formula ends after ${show(last.word)} at character ${last.at + 1}`;
    throw new FormulaError(`${where}; ${CHOICES}`, text.length);
  }
  if (opened.length) throw wrong(opened.at(-1)!, "is never closed");
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const [word, number, name, operator, bracket] = matchAt(TOKEN, text, at) ?? [
    String.fromCodePoint(text.codePointAt(at)!),
  ];
  const token: Token = { kind: "", word, at, value: null };
  if (number) {
    const value = Number(word);
    if (!Number.isFinite(value)) throw wrong(token, "is not finite");
    return { ...token, kind: "operand", value };
  }
  if (name) {
    if ((FUNCTIONS as readonly string[]).includes(word)) return { ...token, kind: "function" };
    if (word === "x" || word === "y" || CONSTANTS.has(word)) {
      return { ...token, kind: "operand", value: CONSTANTS.get(word) ?? null };
    }
    const hint = /^[xy]+$/.test(word) ? `: write ${short([...word].join("*"))}` : `; ${CHOICES}`;
    throw wrong(token, `is not known${hint}`);
  }
  if (operator) return { ...token, kind: "operator" };
  if (bracket) return { ...token, kind: "bracket" };
  const hint = HINTS.has(word) ? `: ${HINTS.get(word)}` : `; ${CHOICES}`;
  throw wrong(token, `is not part of a formula${hint}`);
}

// Whether `token` may stand after the one before it.
function check(token: Token, before: Token | undefined, opened: Token[]) {
  const { kind, word, at } = token;
  if (before?.kind === "function" && word !== "(") throw bare(before);
  const starts = kind === "operand" || kind === "function" || word === "(";
  if (word === ")" && !opened.length) throw wrong(token, "closes nothing");
  if (wantsOperand(before)) {
    if (!starts && word !== "-") throw wrong(token, `stands where a number or a name should; ${CHOICES}`);
  } else if (starts && before && before.kind !== "function") {
    const product = `${short(before.word)}*${short(word)}`;
    const where = `an operator is missing before ${show(word)} at character ${at + 1}`;
    throw new FormulaError(`${where}: write ${product}`, at);
  }
  if (word === "(" && opened.push(token) > DEEPEST) {
    throw wrong(token, `is nested too deep: at most ${DEEPEST}`);
  }
  if (word === ")") opened.pop();
}

function wantsOperand(before: Token | undefined): boolean {
  return !before || before.kind === "operator" || before.word === "(";
}

function wrong({ word, at }: Token, what: string): FormulaError {
  return new FormulaError(`${show(word)} at character ${at + 1} ${what}`, at);
}

function bare(token: Token): FormulaError {
  return wrong(token, `needs parentheses: write ${token.word}(x)`);
}

function short(word: string): string {
  return word.length <= 24 ? word : `${word.slice(0, 24)}…`;
}

// In quotes; what may not show, by its number.
function show(word: string): string {
  if (/^[!-~\u00a1-\u1fff]+$/.test(word)) return `“${short(word)}”`;
  return `U+${word.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

// ---- its shape ------------------------------------------------------------------------

// An operand; a function or a minus of one part; an operator between two.
interface Node {
  token: Token;
  parts: Node[];
}

const BINDING = new Map([
  ["+", 1],
  ["-", 1],
  ["*", 2],
  ["/", 2],
  ["^", 3],
]);

// Read by how tight operators bind; a minus in front binds as tight as times: -x^2 is -(x^2). The
// grammar has been checked.
function shapeOf(tokens: Token[]): Node {
  let next = 0;
  const first = (): Node => {
    const token = tokens[next++]!; // what is scanned has an operand wherever it needs one
    if (token.word === "(") {
      const inside = read(0);
      next++; // its other bracket
      return inside;
    }
    if (token.word === "-") return { token, parts: [read(2)] };
    if (token.kind === "function") return { token, parts: [first()] };
    return { token, parts: [] };
  };
  const read = (loosest: number): Node => {
    let left = first();
    for (let token = tokens[next]; token; token = tokens[next]) {
      const binding = BINDING.get(token.word.replace("**", "^"));
      if (binding === undefined || binding <= loosest) break;
      next++;
      // Powers group from the right, all others from the left.
      left = { token, parts: [left, read(binding === 3 ? 2 : binding)] };
    }
    return left;
  };
  return read(0);
}

// ---- its tapes ------------------------------------------------------------------------

interface Place {
  place: number; // in the recording
}
type Term = number | Place; // a constant, or where it stands
type Slope = Term | null; // null: zero by construction

const [X, Y]: [Place, Place] = [{ place: 0 }, { place: 1 }];
const ARGUMENTS = ["x", "y"];

// The lines so far, each once.
class Recording {
  private places = new Map<string, number>();
  private lines: Line[] = [];

  record(operation: string, ...terms: Term[]): Place {
    return this.line(operation, ...terms.map((term) => this.place(term)));
  }

  private place(term: Term): number {
    return typeof term === "number" ? this.line("number", term).place : term.place;
  }

  private line(operation: string, ...operands: number[]): Place {
    const key = [operation, ...operands.map(literal)].join(" "); // literal tells 0 from -0
    const known = this.places.get(key);
    if (known !== undefined) return { place: known };
    const place = ARGUMENTS.length + this.lines.push([operation, ...operands]) - 1;
    this.places.set(key, place);
    return { place };
  }

  // The lines that the results depend on.
  tape(...results: Term[]): Tape {
    const returns = results.map((term) => this.place(term));
    const needed = new Set(returns);
    [...this.lines.entries()].reverse().forEach(([k, [operation, ...operands]]) => {
      if (!needed.has(ARGUMENTS.length + k) || operation === "number") return;
      for (const place of operands) needed.add(place);
    });
    const moved = new Map(ARGUMENTS.map((_, k) => [k, k]));
    const lines: Line[] = [];
    this.lines.forEach(([operation, ...operands], k) => {
      if (!needed.has(ARGUMENTS.length + k)) return;
      moved.set(ARGUMENTS.length + k, ARGUMENTS.length + lines.length);
      lines.push([operation, ...(operation === "number" ? operands : operands.map((at) => moved.get(at)!))]);
    });
    return { takes: ARGUMENTS, lines, returns: returns.map((place) => moved.get(place)!) };
  }
}

interface Dual {
  value: Term;
  dx: Slope;
  dy: Slope;
  begins: Token; // where it stands
}

// The chain rule, line by line as in gradient.py.
class Differentiation {
  private recording: Recording;

  constructor(recording: Recording) {
    this.recording = recording;
  }

  of({ token, parts }: Node): Dual {
    const [left, right] = parts.map((part) => this.of(part));
    if (!left) return this.operand(token);
    if (token.kind === "function") {
      return this.finite({ ...this.call(token.word as FunctionName, left), begins: token });
    }
    if (!right) return this.negated(left);
    return this.finite(this.binary(token.word, left, right));
  }

  private operand(begins: Token): Dual {
    const { word, value } = begins;
    if (value !== null) return { value, dx: null, dy: null, begins };
    const x = word === "x";
    return { value: x ? X : Y, dx: x ? 1 : null, dy: x ? null : 1, begins };
  }

  private finite(u: Dual): Dual {
    if (typeof u.value !== "number" || Number.isFinite(u.value)) return u;
    const { word, at } = u.begins;
    const what = `the constant that begins with ${show(word)} at character ${at + 1}`;
    throw new FormulaError(`${what} is not finite`, at);
  }

  private binary(operator: string, a: Dual, b: Dual): Dual {
    const along = (slope: (da: Slope, db: Slope) => Slope, value: Term): Dual => ({
      value,
      dx: slope(a.dx, b.dx),
      dy: slope(a.dy, b.dy),
      begins: a.begins,
    });
    switch (operator) {
      case "+":
        return along(this.plus, this.add(a.value, b.value));
      case "-":
        return along(this.minus, this.subtract(a.value, b.value));
      case "*":
        return along(
          (da, db) => this.plus(this.times(b.value, da), this.times(a.value, db)), // a'b + ab'
          this.multiply(a.value, b.value),
        );
      case "/": {
        const quotient = this.divide(a.value, b.value); // (a' - (a/b) b') / b
        return along((da, db) => this.over(this.minus(da, this.times(quotient, db)), b.value), quotient);
      }
      default:
        return this.power(a, b);
    }
  }

  private negated({ value, dx, dy, begins }: Dual): Dual {
    return { value: this.negative(value), dx: this.minus(null, dx), dy: this.minus(null, dy), begins };
  }

  private power(a: Dual, b: Dual): Dual {
    const [base, exponent, begins] = [a.value, b.value, a.begins];
    const value = this.raise(base, exponent);
    const result: Dual = { value, dx: null, dy: null, begins };
    if (exponent === 1) return a;
    if (exponent === 0) return result;
    for (const along of ["dx", "dy"] as const) {
      if (a[along] !== null) {
        result[along] = this.times(
          this.multiply(exponent, this.raise(base, this.subtract(exponent, 1))),
          a[along],
        );
      }
      if (b[along] !== null) {
        const other = this.times(this.multiply(value, this.apply("log", base)), b[along]);
        result[along] = this.plus(result[along], other);
      }
    }
    return result;
  }

  private call(name: FunctionName, u: Dual): Dual {
    const value = this.apply(name, u.value);
    if (u.dx === null && u.dy === null) return { ...u, value };
    const factor = this.factor(name, u.value, value);
    return { ...u, value, dx: this.times(factor, u.dx), dy: this.times(factor, u.dy) };
  }

  // g'(u), where g(u) is the value.
  private factor(name: FunctionName, u: Term, value: Term): Term {
    switch (name) {
      case "sqrt":
        return this.divide(0.5, value);
      case "exp":
        return value;
      case "log":
        return this.divide(1, u);
      case "sin":
        return this.apply("cos", u);
      case "cos":
        return this.negative(this.apply("sin", u));
      case "tan":
        return this.add(1, this.multiply(value, value));
      case "tanh":
        return this.subtract(1, this.multiply(value, value));
      case "abs":
        return this.apply("sign", u);
    }
  }

  // ---- slopes

  private plus = (p: Slope, q: Slope): Slope => (p === null ? q : q === null ? p : this.add(p, q));
  private minus = (p: Slope, q: Slope): Slope =>
    q === null ? p : p === null ? this.negative(q) : this.subtract(p, q);
  private times = (factor: Term, p: Slope): Slope => (p === null ? null : this.multiply(factor, p));
  private over = (p: Slope, divisor: Term): Slope => (p === null ? null : this.divide(p, divisor));

  // ---- numbers: worked out where constant, else a line

  private add(a: Term, b: Term): Term {
    return this.both("add", a, b, (p, q) => p + q);
  }

  private subtract(a: Term, b: Term): Term {
    return this.both("subtract", a, b, (p, q) => p - q);
  }

  // Times and over 1, which the slope of x along x is, change no bit.
  private multiply(a: Term, b: Term): Term {
    return a === 1 ? b : b === 1 ? a : this.both("multiply", a, b, (p, q) => p * q);
  }

  private divide(a: Term, b: Term): Term {
    return b === 1 ? a : this.both("divide", a, b, (p, q) => p / q);
  }

  private both(operation: string, a: Term, b: Term, compute: (p: number, q: number) => number): Term {
    if (typeof a === "number" && typeof b === "number") return compute(a, b);
    return this.recording.record(operation, a, b);
  }

  private negative(a: Term): Term {
    return typeof a === "number" ? -a : this.recording.record("negative", a);
  }

  private apply(name: FunctionName | "sign", a: Term): Term {
    if (typeof a === "number") return Math[name](a);
    return this.recording.record(name === "abs" ? "absolute" : name, a);
  }

  // Of a whole exponent from 1 to 8 a product, which rounds alike everywhere.
  private raise(base: Term, exponent: Term): Term {
    if (typeof exponent === "number" && Number.isInteger(exponent) && exponent >= 1 && exponent <= 8) {
      let product = base;
      for (let k = 1; k < exponent; k++) product = this.multiply(product, base);
      return product;
    }
    return this.both("power", base, exponent, Math.pow);
  }
}
