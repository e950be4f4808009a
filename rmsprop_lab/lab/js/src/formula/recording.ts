// What a text does to its arguments, as the lines of a tape.

import type { Line, Tape } from "../model/contract.ts";
import { literal } from "../tape/building.ts";

export interface Place {
  place: number; // in the recording: the arguments first, then the lines
}
export type Term = number | Place; // a constant, or where it stands

// The lines so far, each once.
export class Recording {
  private takes: string[];
  private places = new Map<string, number>();
  private lines: Line[] = [];

  constructor(takes: string[]) {
    this.takes = takes;
  }

  get length(): number {
    return this.lines.length;
  }

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
    const place = this.takes.length + this.lines.push([operation, ...operands]) - 1;
    this.places.set(key, place);
    return { place };
  }

  // The lines that the results depend on, and which of the variables stand for one.
  tape(results: Term[], variables?: [name: string, term: Term][]): Tape {
    const { takes } = this;
    const returns = results.map((term) => this.place(term));
    const needed = new Set(returns);
    [...this.lines.entries()].reverse().forEach(([k, [operation, ...operands]]) => {
      if (!needed.has(takes.length + k) || operation === "number") return;
      for (const place of operands) needed.add(place);
    });
    const moved = new Map(takes.map((_, k) => [k, k]));
    const lines: Line[] = [];
    this.lines.forEach(([operation, ...operands], k) => {
      if (!needed.has(takes.length + k)) return;
      moved.set(takes.length + k, takes.length + lines.length);
      lines.push([operation, ...(operation === "number" ? operands : operands.map((at) => moved.get(at)!))]);
    });
    const tape = { takes, lines, returns: returns.map((place) => moved.get(place)!) };
    if (!variables) return tape;
    const names = [...variables].flatMap(([name, term]): [string, number][] => {
      const place = typeof term === "number" ? undefined : moved.get(term.place);
      return place === undefined || place < takes.length ? [] : [[name, place]];
    });
    return { ...tape, names: Object.fromEntries(names) };
  }
}
