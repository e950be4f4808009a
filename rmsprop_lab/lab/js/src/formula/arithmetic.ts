// Python's arithmetic on numbers that are known by their place in a tape. What is constant is worked
// out at once.

import { operate } from "../tape/operations.ts";
import type { Recording, Term } from "./recording.ts";

export const LARGEST = 2 ** 53; // whole number; beyond it they are no longer exact

export interface Value {
  term: Term;
  condition: boolean; // a comparison: 1 or 0
  // 1 for one of Python's whole numbers, 0 for any other; or the place of such a 1 or 0, as in
  // 0 if c else x. Whole numbers have no -0: -max(0, x) is 0 where x is below, and not -0.0.
  whole: Term;
  size: number; // a whole number is at most so large
}

export const real = (term: Term): Value => ({ term, condition: false, whole: 0, size: 0 });
export const whole = (term: number): Value => ({
  term,
  condition: false,
  whole: 1,
  size: Math.abs(term),
});
const condition = (term: Term): Value => ({ term, condition: true, whole: 1, size: 1 });

export class Arithmetic {
  private recording: Recording;

  constructor(recording: Recording) {
    this.recording = recording;
  }

  private line(operation: string, ...terms: Term[]): Term {
    const constants = terms.filter((term) => typeof term === "number");
    if (constants.length === terms.length) return operate(operation, constants);
    return this.recording.record(operation, ...terms);
  }

  // ---- + - * / **

  add = (a: Value, b: Value): Value => this.sum(this.line("add", a.term, b.term), a, b);
  subtract = (a: Value, b: Value): Value => this.sum(this.line("subtract", a.term, b.term), a, b);

  private sum(term: Term, a: Value, b: Value): Value {
    return { term, condition: false, whole: this.both(a.whole, b.whole), size: a.size + b.size };
  }

  // Times and over 1 change no bit.
  multiply = (a: Value, b: Value): Value => {
    const whole = this.both(a.whole, b.whole);
    const one = a.term === 1 ? b.term : b.term === 1 ? a.term : null;
    const product = one ?? this.line("multiply", a.term, b.term);
    const zeroed = () => this.line("add", product, 0); // -0 + 0 is 0, all others stay
    const term = one === null ? this.choose(whole, zeroed, () => product) : one;
    return { term, condition: false, whole, size: a.size * b.size };
  };

  divide = (a: Value, b: Value): Value => real(b.term === 1 ? a.term : this.line("divide", a.term, b.term));

  negative = ({ term, whole, size }: Value): Value => ({
    term: this.choose(
      whole,
      () => this.line("subtract", 0, term),
      () => this.line("negative", term),
    ),
    condition: false,
    whole,
    size,
  });

  // Of a whole exponent from 1 to 8 a product, which rounds alike everywhere, as in dual.py. Python
  // itself asks the C library's pow, whose last bit may be another.
  power = (a: Value, b: Value): Value => {
    const [base, exponent] = [a.term, b.term];
    if (typeof exponent !== "number" || !Number.isInteger(exponent)) {
      return real(this.line("power", base, exponent));
    }
    const isWhole = b.whole === 1 && exponent >= 0 ? a.whole : 0;
    const size = a.size ** exponent;
    if (typeof base === "number" && a.whole === 1 && b.whole === 1) {
      if (Math.abs(base) ** Math.abs(exponent) <= LARGEST) return this.wholePower(base, exponent);
    }
    if (exponent < 1 || exponent > 8) {
      return { term: this.line("power", base, exponent), condition: false, whole: isWhole, size };
    }
    const factor: Value = { ...a, whole: isWhole };
    let product = factor;
    for (let k = 1; k < exponent; k++) product = this.multiply(product, factor);
    return product;
  };

  // 10**-8 is 1 / 10**8, rounded once.
  private wholePower(base: number, exponent: number): Value {
    const times = Math.abs(exponent);
    let product = 1;
    // Of 0, 1 and -1 every second power is the same.
    for (let k = 0; k < (Math.abs(base) > 1 ? times : times && 2 - (times % 2)); k++) product *= base;
    return exponent < 0 ? real(1 / product) : whole(product + 0);
  }

  // ---- conditions

  less = (a: Value, b: Value): Value => condition(this.line("less", a.term, b.term));
  lessEqual = (a: Value, b: Value): Value => condition(this.line("less_equal", a.term, b.term));
  equal = (a: Value, b: Value): Value => condition(this.line("equal", a.term, b.term));
  notEqual = (a: Value, b: Value): Value => condition(this.line("not_equal", a.term, b.term));
  not = (a: Value): Value => condition(this.line("equal", a.term, 0));
  // Python's, which give one of the two.
  and = (a: Value, b: Value): Value => this.choice(a, b, a);
  or = (a: Value, b: Value): Value => this.choice(a, a, b);

  // Each number but 0 is true, and so is what is not a number.
  private truth({ term, condition }: Value): Term {
    return condition ? term : this.line("not_equal", term, 0);
  }

  choice = (c: Value, a: Value, b: Value): Value => {
    const truth = this.truth(c);
    if (typeof truth === "number") return truth ? a : b;
    return {
      term: this.line("where", truth, a.term, b.term),
      condition: a.condition && b.condition,
      whole: a.whole === b.whole ? a.whole : this.line("where", truth, a.whole, b.whole),
      size: Math.max(a.size, b.size),
    };
  };

  // One of two lines, or both where only a call can tell.
  private choose(condition: Term, a: () => Term, b: () => Term): Term {
    if (typeof condition === "number") return condition ? a() : b();
    return this.line("where", condition, a(), b());
  }

  private both(a: Term, b: Term): Term {
    return a === 1 ? b : b === 1 ? a : a === 0 || b === 0 ? 0 : this.line("multiply", a, b);
  }

  // ---- functions

  // Python's own: the first of equals, and of what cannot be compared.
  max = (...values: Value[]): Value => values.reduce((a, b) => this.choice(this.less(a, b), b, a));
  min = (...values: Value[]): Value => values.reduce((a, b) => this.choice(this.less(b, a), b, a));

  // NumPy's, as tape.py has them: of the zeros the lesser and the greater; not a number stays so.
  maximum = (a: Value, b: Value): Value => this.extreme("maximum", a, b);
  minimum = (a: Value, b: Value): Value => this.extreme("minimum", a, b);
  clip = (a: Value, low: Value, high: Value): Value => this.minimum(this.maximum(a, low), high);

  private extreme(operation: string, a: Value, b: Value): Value {
    return {
      term: this.line(operation, a.term, b.term),
      condition: false,
      whole: this.both(a.whole, b.whole),
      size: Math.max(a.size, b.size),
    };
  }

  // Unlike a if c else b, NumPy's has whole numbers only where both are.
  where = (c: Value, a: Value, b: Value): Value => ({
    ...this.choice(c, a, b),
    whole: this.both(a.whole, b.whole),
  });

  absolute = (a: Value): Value => ({ ...a, term: this.line("absolute", a.term) });
  sign = (a: Value): Value => ({ ...a, term: this.line("sign", a.term) });
  square = (a: Value): Value => this.multiply(a, a);
  real = (operation: string, a: Value): Value => real(this.line(operation, a.term));
}
