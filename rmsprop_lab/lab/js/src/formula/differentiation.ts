// A formula's value and its two slopes, line by line: the chain rule as in dual.py.

import type { Node } from "./expression.ts";
import type { Recording, Place, Term } from "./recording.ts";
import type { TextError, Token } from "./scan.ts";
import { meaning } from "./mending.ts";
import { operate } from "../tape/operations.ts";

type Slope = Term | null; // null: zero by construction

const [X, Y]: [Place, Place] = [{ place: 0 }, { place: 1 }];

interface Dual {
  value: Term;
  dx: Slope;
  dy: Slope;
  begins: Token; // where it stands
}

export class Differentiation {
  private recording: Recording;
  private notFinite: (begins: Token) => TextError;

  constructor(recording: Recording, notFinite: (begins: Token) => TextError) {
    this.recording = recording;
    this.notFinite = notFinite;
  }

  of({ token, parts }: Node): Dual {
    const values = parts.map((part) => this.of(part));
    const [left, right] = values;
    if (!left) return this.operand(token);
    if (token.kind === "function" || token.word === "|") {
      return this.finite({ ...this.call(meaning(token.word), [left, ...values.slice(1)]), begins: token });
    }
    if (!right) return this.negated(left);
    return this.finite(this.binary(token.word, left, right));
  }

  private operand(begins: Token): Dual {
    const { word, value } = begins;
    if (value !== null) return { value, dx: null, dy: null, begins };
    const x = meaning(word) === "x";
    return { value: x ? X : Y, dx: x ? 1 : null, dy: x ? null : 1, begins };
  }

  private finite(u: Dual): Dual {
    if (typeof u.value !== "number" || Number.isFinite(u.value)) return u;
    throw this.notFinite(u.begins);
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

  // On a tie the first's slopes, as in dual.py.
  private extreme(name: "max" | "min", a: Dual, b: Dual): Dual {
    const [less, more] = name === "max" ? [b.value, a.value] : [a.value, b.value];
    const first = this.line("less_equal", less, more);
    const along = (da: Slope, db: Slope): Slope =>
      da === null && db === null ? null : this.line("where", first, da ?? 0, db ?? 0);
    const value = this.line(`${name}imum`, a.value, b.value);
    return { ...a, value, dx: along(a.dx, b.dx), dy: along(a.dy, b.dy) };
  }

  private call(name: string, [u, ...more]: [Dual, ...Dual[]]): Dual {
    if (name === "max" || name === "min") return more.reduce((a, b) => this.extreme(name, a, b), u);
    const value = this.apply(name, u.value);
    if (name === "sign" || (u.dx === null && u.dy === null)) return { ...u, value, dx: null, dy: null };
    const factor = this.factor(name, u.value, value);
    return { ...u, value, dx: this.times(factor, u.dx), dy: this.times(factor, u.dy) };
  }

  // g'(u), where g(u) is the value.
  private factor(name: string, u: Term, value: Term): Term {
    switch (name) {
      case "sqrt":
        return this.divide(0.5, value);
      case "cbrt":
        return this.divide(1, this.multiply(3, this.multiply(value, value)));
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
      default: // of abs
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

  private add = (a: Term, b: Term): Term => this.line("add", a, b);
  private subtract = (a: Term, b: Term): Term => this.line("subtract", a, b);
  // Times and over 1, which the slope of x along x is, change no bit.
  private multiply = (a: Term, b: Term): Term => (a === 1 ? b : b === 1 ? a : this.line("multiply", a, b));
  private divide = (a: Term, b: Term): Term => (b === 1 ? a : this.line("divide", a, b));
  private negative = (a: Term): Term => this.line("negative", a);

  private apply(name: string, a: Term): Term {
    return this.line(name === "abs" || name === "|" ? "absolute" : name, a);
  }

  private line(operation: string, ...terms: Term[]): Term {
    const constants = terms.filter((term) => typeof term === "number");
    if (constants.length === terms.length) return operate(operation, constants);
    return this.recording.record(operation, ...terms);
  }

  // Of a whole exponent from 1 to 8 a product, which rounds alike everywhere.
  private raise(base: Term, exponent: Term): Term {
    if (typeof exponent === "number" && Number.isInteger(exponent) && exponent >= 1 && exponent <= 8) {
      let product = base;
      for (let k = 1; k < exponent; k++) product = this.multiply(product, base);
      return product;
    }
    return this.line("power", base, exponent);
  }
}
