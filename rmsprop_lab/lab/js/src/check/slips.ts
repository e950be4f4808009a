// Every rule with one slip of the pen in it, made from its tape; slips.py is its twin, and a test holds them together.

import type { Check, Tape } from "../model/contract.ts";
import { OPERATIONS, operate, type Run } from "../tape/operations.ts";
import { valuesAt } from "./running.ts";
import { general } from "./words.ts";

type Line = Tape["lines"][number];
type Names = ReadonlyMap<number, string>;
// What stands in a line that is put in: "x" for the value, "before" for the line before it, a number.
type Operand = string | number | { place: number };
type Done = readonly [operation: string, ...operands: Operand[]][];
type Use = [line: number | null, operand: number]; // without a line: which result

export interface Made {
  tape: Tape;
  wrong: string; // what stands in one place, in the terms of the rule
  right: string; // what should
}

// Thousands are looked at in a check: all of a slip is its results for one call, until they fit.
export interface Slip {
  results: number[];
  make: () => Made;
  returned: boolean; // whether something else is returned
}

const SIGNS: Record<string, string> = { add: "+", subtract: "-", multiply: "*", divide: "/" };
const STRENGTH: Record<string, number> = { add: 1, subtract: 1, multiply: 2, divide: 2 };
const [POWER, ATOM] = [4, 5];

// The simplest first, with what they give for some numbers. Some are made in two ways, and one or another changes
// nothing: they are known by the text of their tapes.
export function slips(
  check: Check,
  tape: Tape,
  given: readonly number[],
  likely = false, // only the likelier ones: a rule may have several forms
): Generator<Slip> {
  const writer = new Writer(check, tape, given);
  return likely ? writer.likely() : writer.all();
}

type Places = ReadonlyMap<number, number>;

const exchange = (one: number, other: number): Places =>
  new Map([
    [one, other],
    [other, one],
  ]);

const put = <Item>(items: readonly Item[], place: number, item: Item): Item[] =>
  items.map((one, k) => (k === place ? item : one));

export const textOf = ({ lines, returns }: Tape): string => JSON.stringify([lines, returns]);

class Writer {
  private check: Check;
  private tape: Tape;
  private outputs: string[];
  private count: number; // of arguments
  private end: number; // the place after the last line
  private settings: number; // how many hyper-parameters come before the gradient
  private right: number[]; // what stands at each place, without a slip
  private values: Float64Array; // and with one
  private run: Run[]; // of each line

  constructor(check: Check, tape: Tape, given: readonly number[]) {
    this.check = check;
    this.tape = tape;
    this.outputs = check.outputs;
    this.count = tape.takes.length;
    this.end = this.count + tape.lines.length;
    this.settings = Math.max(0, tape.takes.indexOf("grad"));
    this.right = valuesAt(tape, given);
    this.values = new Float64Array(this.right);
    this.run = tape.lines.map(([operation]) => OPERATIONS.get(operation)?.[1] ?? (() => NaN));
  }

  *all(): Generator<Slip> {
    yield* this.leftOut();
    yield* this.otherOperations();
    yield* this.otherOperationsOnce();
    yield* this.exchanged();
    yield* this.oldAndNew();
    yield* this.otherNames();
    yield* this.otherSettings();
    yield* this.numbers();
    yield* this.factors();
    yield* this.doneTooMuch(this.check.done);
    yield* this.returned();
  }

  *likely(): Generator<Slip> {
    yield* this.leftOut();
    yield* this.otherOperations();
    yield* this.otherOperationsOnce();
    yield* this.oldAndNew();
    yield* this.otherNames();
    yield* this.doneTooMuch(this.check.likely);
  }

  // ---- the kinds of slips

  // One operand alone in place of what is made of both.
  private *leftOut(): Generator<Slip> {
    for (const [place, , operands] of this.lines()) {
      for (const operand of new Set(operands)) {
        if (this.isNumber(operand)) continue;
        yield this.slip(this.at(place, this.right[operand]!), () => ({
          tape: this.renamed((at) => (at === place ? operand : at)),
          wrong: text(this.tape, operand, this.names()),
          right: text(this.tape, place, this.names(place)),
        }));
      }
    }
  }

  private *otherOperations(): Generator<Slip> {
    for (const [place, operation, operands] of this.lines()) {
      const [first, second] = operands as [number, number];
      if (operation === "sqrt") yield this.changed(place, ["multiply", first, first]);
      if (!(operation in SIGNS)) continue;
      for (const other in SIGNS) {
        const turns = other === "subtract" || other === "divide";
        if (turns && first === second) continue; // nobody means 0 or 1 by that
        yield this.changed(place, [other, first, second]);
        if (turns) yield this.changed(place, [other, second, first]);
      }
    }
  }

  // In one of its uses, where a value is used more than once: its line is written twice then. With another
  // operation there, or with one operand alone.
  private *otherOperationsOnce(): Generator<Slip> {
    const used = [...this.lines()].flatMap(([, , operands]) => operands);
    for (const [place, slot, operand] of this.uses()) {
      if (operand < this.count || used.filter((at) => at === operand).length < 2) continue;
      const [operation, ...of] = this.tape.lines[operand - this.count]!;
      if (operation === "number") continue;
      const [name, ...operands] = this.tape.lines[place - this.count]!;
      for (const alone of new Set(of)) {
        if (!this.isNumber(alone)) yield this.changed(place, [name, ...put(operands, slot, alone)]);
      }
      for (const other in SIGNS) {
        if (!(operation in SIGNS) || other === operation) continue;
        yield this.wrapped(operand, [[other, ...of.map((at) => ({ place: at }))]], [place, slot]);
      }
    }
  }

  // Two arguments, each in the other's place wherever it is used.
  private *exchanged(): Generator<Slip> {
    const { takes, returns } = this.tape;
    for (let first = 0; first < this.count; first++) {
      for (let second = first + 1; second < this.count; second++) {
        const places = exchange(first, second);
        const results = this.resultsWith(places);
        for (const [k, at] of returns.entries())
          if (places.has(at)) results[k] = this.right[places.get(at)!]!;
        yield this.slip(results, () => ({
          tape: { ...this.withPlaces(places), returns: returns.map((at) => places.get(at) ?? at) },
          wrong: `${takes[second]} and ${takes[first]}`,
          right: `${takes[first]} and ${takes[second]}`,
        }));
      }
    }
  }

  // A state and the old one: each in the other's place, or the larger or lesser of both.
  private *oldAndNew(): Generator<Slip> {
    const { takes, returns } = this.tape;
    for (const [slot, name] of this.outputs.entries()) {
      const [old, state] = [takes.indexOf(`${name}_prev`), returns[slot]!];
      if (old < 0) continue;
      const places = exchange(old, state);
      yield this.slip(this.resultsWith(places, state), () => ({
        tape: this.withPlaces(places, state),
        wrong: `${takes[old]} and ${name}`,
        right: `${name} and ${takes[old]}`,
      }));
      for (const operation of ["maximum", "minimum"]) {
        const done: Done = [[operation, "x", { place: old }]];
        yield this.wrapped(state, done);
        yield this.wrapped(state, done, [null, slot]);
        for (const [place, k, operand] of this.uses()) {
          if (operand === state) yield this.wrapped(state, done, [place, k]);
        }
      }
    }
  }

  // An argument, or a result that is there already, where another belongs.
  private *otherNames(): Generator<Slip> {
    const names = [...this.names().keys()];
    for (const [place, operation, operands] of this.lines()) {
      const named = names.filter((at) => at < place);
      const isSquare = operands.length === 2 && operands[0] === operands[1];
      for (const [slot, operand] of operands.entries()) {
        if (!named.includes(operand)) continue;
        for (const other of named) {
          if (other === operand) continue;
          yield this.changed(place, [operation, ...put(operands, slot, other)]);
          if (isSquare) yield this.changed(place, [operation, other, other]);
        }
      }
    }
  }

  // A hyper-parameter for another, wherever that is used.
  private *otherSettings(): Generator<Slip> {
    const { takes } = this.tape;
    for (let place = 0; place < this.settings; place++) {
      for (let other = 0; other < this.settings; other++) {
        if (other === place) continue;
        const places = new Map([[place, other]]);
        yield this.slip(this.resultsWith(places), () => ({
          tape: this.withPlaces(places),
          wrong: takes[other]!,
          right: takes[place]!,
        }));
      }
    }
  }

  // A number that is typed in, where a hyper-parameter belongs: everywhere, or once.
  private *numbers(): Generator<Slip> {
    const { typed } = this.check;
    for (let place = 0; place < this.settings; place++) {
      for (const value of typed) yield this.wrapped(place, [["number", value]]);
    }
    for (const [place, slot, operand, operation] of this.uses()) {
      if (operand >= this.settings) continue;
      for (const value of operation === "add" ? [...typed, 1] : typed) {
        yield this.wrapped(operand, [["number", value]], [place, slot]);
      }
    }
  }

  // A hyper-parameter as a factor too many: of what is computed, wherever it is used.
  private *factors(): Generator<Slip> {
    for (let factor = 0; factor < this.settings; factor++) {
      for (const [place] of this.lines()) yield this.wrapped(place, [["multiply", { place: factor }, "x"]]);
    }
  }

  private *doneTooMuch(tooMuch: readonly Done[]): Generator<Slip> {
    for (const done of tooMuch) {
      // A hyper-parameter is not negative.
      const first = ["sign", "absolute"].includes(done[0]![0]) ? this.settings : 0;
      for (let place = first; place < this.end; place++) {
        if (!this.isNumber(place)) yield this.wrapped(place, done);
      }
      for (const [place, slot, operand] of this.uses()) {
        if (operand >= first && !this.isNumber(operand)) yield this.wrapped(operand, done, [place, slot]);
      }
      for (const [slot, place] of this.tape.returns.entries()) yield this.wrapped(place, done, [null, slot]);
    }
  }

  private *returned(): Generator<Slip> {
    const { returns } = this.tape;
    for (const [slot, right] of this.outputs.entries()) {
      for (const [other, wrong] of this.names()) {
        if (other === returns[slot]) continue;
        const make = () => ({ tape: { ...this.tape, returns: put(returns, slot, other) }, wrong, right });
        yield this.slip(this.in([null, slot], this.right[other]!), make, true);
      }
    }
  }

  // ---- what they are made of

  private slip(results: number[], make: () => Made, returned = false): Slip {
    return { results, make, returned };
  }

  // The results with another value at a place, or in one use.
  private at(place: number, value: number): number[] {
    this.values.set(this.right);
    this.values[place] = value;
    return this.from(place + 1);
  }

  private in([line, slot]: Use, value: number): number[] {
    this.values.set(this.right);
    const results = this.from(line ?? this.end, slot, value);
    if (line === null) results[slot] = value;
    return results;
  }

  // The results with other places for some, in all lines after one.
  private resultsWith(places: Places, after = 0): number[] {
    this.values.set(this.right);
    for (const [place, other] of places) this.values[place] = this.right[other]!;
    const results = this.from(after + 1);
    return results.map((value, k) => {
      const at = this.tape.returns[k]!;
      return places.has(at) ? this.right[at]! : value;
    });
  }

  private withPlaces(places: Places, after = 0): Tape {
    const lines = this.tape.lines.map(([operation, ...of], k): Line => {
      const stays = operation === "number" || this.count + k <= after;
      return [operation, ...(stays ? of : of.map((at) => places.get(at) ?? at))];
    });
    return { ...this.tape, lines };
  }

  // What follows from the values before a place, where one operand may be another.
  private from(first: number, slot = -1, value = NaN): number[] {
    const { tape, values, count } = this;
    for (let place = Math.max(first, count); place < this.end; place++) {
      const line = tape.lines[place - count]!;
      if (line[0] === "number") continue;
      const other = place === first ? slot : -1;
      values[place] = this.run[place - count]!(
        other === 0 ? value : values[line[1]!]!,
        other === 1 ? value : values[line[2]!]!,
        other === 2 ? value : values[line[3]!]!,
      );
    }
    return tape.returns.map((place) => values[place]!);
  }

  // Each operation that has operands, and its place.
  private *lines(): Generator<[place: number, operation: string, operands: number[]]> {
    for (const [k, [operation, ...operands]] of this.tape.lines.entries()) {
      if (operation !== "number") yield [this.count + k, operation, operands];
    }
  }

  private *uses(): Generator<[place: number, slot: number, operand: number, operation: string]> {
    for (const [place, operation, operands] of this.lines()) {
      for (const [slot, operand] of operands.entries()) yield [place, slot, operand, operation];
    }
  }

  private isNumber(place: number): boolean {
    return place >= this.count && this.tape.lines[place - this.count]![0] === "number";
  }

  // With other places wherever one is used.
  private renamed(to: (at: number) => number): Tape {
    const lines = this.tape.lines.map(([operation, ...of]): Line => [
      operation,
      ...(operation === "number" ? of : of.map(to)),
    ]);
    return { ...this.tape, lines, returns: this.tape.returns.map(to) };
  }

  // With another line in that place.
  private changed(place: number, line: Line): Slip {
    const [operation, ...operands] = line;
    const value = operate(
      operation,
      operands.map((at) => this.right[at]!),
    );
    return this.slip(this.at(place, value), () => {
      const tape = { ...this.tape, lines: put(this.tape.lines, place - this.count, line) };
      const [wrong, right] = [tape, this.tape].map((one) => text(one, place, this.names(place)));
      return { tape, wrong: wrong!, right: right! };
    });
  }

  // With something done to a value: in one use of it, or wherever it is used.
  private wrapped(place: number, done: Done, use?: Use): Slip {
    let value = this.right[place]!;
    for (const [operation, ...operands] of done) {
      if (operation === "number") value = operands[0] as number;
      else {
        const of = (operand: Operand) => {
          if (typeof operand === "number") return operand;
          if (typeof operand === "string") return operand === "x" ? this.right[place]! : value;
          return this.right[operand.place]!;
        };
        value = operate(operation, operands.map(of));
      }
    }
    const results = use ? this.in(use, value) : this.at(place, value);
    return this.slip(results, () => this.written(place, done, use), use?.[0] === null);
  }

  private written(place: number, done: Done, use?: Use): Made {
    const { tape, count, end } = this;
    const start = Math.max(use ? (use[0] ?? end) : place + 1, count);
    const added: Line[] = [];
    const add = (line: Line) => start + added.push(line) - 1;
    let before = place;
    for (const [operation, ...operands] of done) {
      if (operation === "number") before = add([operation, operands[0] as number]);
      else {
        const places = operands.map((of) => {
          if (typeof of === "number") return add(["number", of]);
          return typeof of === "string" ? (of === "x" ? place : before) : of.place;
        });
        before = add([operation, ...places]);
      }
    }
    const moved = (at: number) => (at >= start ? at + added.length : at);
    const now = (at: number, line: number | null, slot: number) => {
      const here = use ? use[0] === line && use[1] === slot : at === place;
      return here ? before : moved(at);
    };
    const lines = tape.lines.map(([operation, ...of], k): Line => [
      operation,
      ...(operation === "number" ? of : of.map((at, slot) => now(at, count + k, slot))),
    ]);
    lines.splice(start - count, 0, ...added);
    const wrong = { ...tape, lines, returns: tape.returns.map((at, slot) => now(at, null, slot)) };
    const own = (names: Names): Names => new Map([...names].map(([at, name]) => [moved(at), name]));
    if (use?.[0] === null) {
      return { tape: wrong, wrong: text(wrong, before, own(this.names())), right: this.outputs[use[1]]! };
    }
    const spelt = use ? use[0] : place;
    const names = this.names(spelt);
    return {
      tape: wrong,
      wrong: text(wrong, use ? moved(spelt) : before, own(names)),
      right: text(tape, spelt, names),
    };
  }

  // What has a name: the arguments and the results, but the one that is spelt out.
  private names(but = -1): Names {
    const named = new Map(this.tape.takes.map((name, place) => [place, name]));
    this.tape.returns.forEach((place, k) => {
      if (!named.has(place)) named.set(place, this.outputs[k]!);
    });
    if (but >= this.count) named.delete(but);
    return named;
  }
}

// ---- a value as a formula

type Part = [text: string, strength: number];

const text = (tape: Tape, place: number, names: Names): string => formula(tape, place, names)[0];

function formula(tape: Tape, place: number, names: Names): Part {
  const name = names.get(place);
  if (name !== undefined) return [name, ATOM];
  const [operation, ...operands] = tape.lines[place - tape.takes.length]!;
  if (operation === "number") return [general(operands[0]!, 6), ATOM];
  const [base, exponent] = power(tape, place, names);
  if (exponent > 1) return [`${inBrackets(formula(tape, base, names), ATOM)} ** ${exponent}`, POWER];
  const parts = operands.map((operand) => formula(tape, operand, names));
  const sign = SIGNS[operation];
  if (sign !== undefined) {
    const strength = STRENGTH[operation]!;
    const left = inBrackets(parts[0]!, strength);
    const right = inBrackets(parts[1]!, strength + Number(operation !== "add"));
    return [`${left} ${sign} ${right}`, strength];
  }
  if (operation === "negative") return [`-${inBrackets(parts[0]!, 3)}`, 2];
  const word = operation === "absolute" ? "abs" : operation;
  return [`${word}(${parts.map(([words]) => words).join(", ")})`, ATOM];
}

// What is multiplied with itself there, and how often.
function power(tape: Tape, place: number, names: Names): [base: number, times: number] {
  const [operation, ...operands] = names.has(place) ? [""] : (tape.lines[place - tape.takes.length] ?? [""]);
  if (operation === "multiply") {
    const [[first, times], [second, more]] = operands.map((at) => power(tape, at, names)) as [
      [number, number],
      [number, number],
    ];
    if (first === second) return [first, times + more];
  }
  return [place, 1];
}

const inBrackets = ([words, strength]: Part, least: number) => (strength >= least ? words : `(${words})`);
