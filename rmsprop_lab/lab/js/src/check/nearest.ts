// The wrong version nearest to a rule: with one slip, with two, or with one that is sure. nearest.py is its twin.

import type { Check, Tape, Wrong } from "../model/contract.ts";
import { largest, run, toValues, type Values } from "./running.ts";
import { statesAreRight, type Examined } from "./relations.ts";
import { slips, textOf, type Slip } from "./slips.ts";
import { found, type Finding } from "./words.ts";

// A mistake that explains some of the results.
interface Part {
  name: string;
  hint: string;
  tape: Tape;
  convention: boolean;
}

export function nearest(seen: Examined): Finding | null {
  const { check } = seen;
  if (!tells(seen)) return null;
  const everything = [...seen.check.outputs.keys()];
  const fitting = firstThatFit(seen, everything);
  if (fitting.length > 0) return findingOf(fitting);
  if (!statesAreRight(seen)) return two(seen, everything);
  const uphill = { ...seen, found: seen.found.map(([updates, ...state]) => [negative(updates!), ...state]) };
  const known = [...knownThatFit(uphill, everything)];
  const parts = known.length > 0 ? known : firstThatFit(uphill, everything);
  if (parts.length === 0) return null;
  const { name, hint } = shortest(parts);
  return found(check, "uphill", { name, hint });
}

// The slip in the rule's own equation, if there is no more to it.
export function oneSlip(seen: Examined): Finding | null {
  const fitting = tells(seen) ? [...slipsThatFit(seen, seen.check.rule, [...seen.check.outputs.keys()])] : [];
  return fitting.length > 0 ? findingOf(fitting) : null;
}

function findingOf(fitting: readonly Part[]): Finding {
  const { name, hint } = shortest(fitting);
  return { correct: false, name, text: hint, convention: false };
}

const negative = ({ shape, numbers }: Values): Values => ({ shape, numbers: numbers.map((one) => -one) });

// A mistake that explains the new state, and one that then explains the updates.
function two(seen: Examined, everything: number[]): Finding | null {
  const { check } = seen;
  const states = everything.slice(1);
  const explaining = firstThatFit(seen, states);
  explaining.sort((one, other) => one.name.length - other.name.length);
  const firsts = [...knownThatFit(seen, states), ...explaining].slice(0, check.tolerances.tried);
  for (const first of firsts) {
    const seconds = [...slipsThatFit(seen, first.tape, everything)];
    if (seconds.length === 0) continue;
    const second = shortest(seconds);
    return found(check, first.convention ? "convention and more" : "two", {
      first: first.name,
      second: second.name,
      hint: first.hint,
      second_hint: second.hint,
    });
  }
  const [first] = firsts;
  return first ? found(check, "more", { first: first.name, hint: first.hint }) : null;
}

// Of slips that come to the same, the one that is said in fewest words.
const shortest = (parts: readonly Part[]): Part =>
  parts.reduce((least, part) => (part.name.length < least.name.length ? part : least));

// Whether each result is a number somewhere. What never is one fits too much.
const tells = ({ found }: Examined): boolean =>
  found[0]!.every((_, k) => found.some((one) => one[k]!.numbers.some(Number.isFinite)));

function* knownThatFit(seen: Examined, places: readonly number[]): Generator<Part> {
  for (const mistake of seen.check.mistakes) {
    if (explains(seen, mistake.tape, places)) yield partOf(mistake);
  }
}

const partOf = ({ name, hint, tape, convention }: Wrong): Part => ({ name, hint, tape, convention });

// Slips of the rule's own equation; where none fits, of the first form that has one.
function firstThatFit(seen: Examined, places: readonly number[]): Part[] {
  const own = [...slipsThatFit(seen, seen.check.rule, places)];
  if (own.length > 0) return own;
  for (const form of seen.check.forms) {
    const parts = [...slipsThatFit(seen, form, places, true)];
    if (parts.length > 0) return parts;
  }
  return [];
}

// Those of the rule and of its forms are asked for again and again.
const made = new WeakMap<Tape, Slip[]>();

function slipsOf(check: Check, tape: Tape, likely: boolean): Iterable<Slip> {
  const first = check.probes[0]!.map((given) => toValues(given).numbers[0]!);
  if (tape !== check.rule && !likely) return slips(check, tape, first);
  const known = made.get(tape) ?? [...slips(check, tape, first, likely)];
  made.set(tape, known);
  return known;
}

// What a check needs anyhow, while nobody waits for it.
export function prepare(check: Check): void {
  slipsOf(check, check.rule, false);
  for (const form of check.forms) slipsOf(check, form, true);
}

// Of all slips, or of the likelier ones.
function* slipsThatFit(
  seen: Examined,
  tape: Tape,
  places: readonly number[],
  likely = false,
): Generator<Part> {
  const wanted = places.map((place) => seen.found[0]![place]!.numbers[0]!);
  const most = largest(wanted);
  const known = new Set([textOf(tape)]);
  for (const { results, make, returned } of slipsOf(seen.check, tape, likely)) {
    if (!places.every((place, k) => seen.isNear(results[place]!, wanted[k]!, most))) continue;
    const { tape, ...words } = make();
    if (known.has(textOf(tape)) || !explains(seen, tape, places)) continue;
    known.add(textOf(tape));
    const { name, text } = found(seen.check, returned ? "returned" : "slip", words);
    yield { name, hint: text, tape, convention: false };
  }
}

// Whether a wrong version gives these results on every probe.
function explains(seen: Examined, tape: Tape, places: readonly number[]): boolean {
  const wrong = run(tape);
  return seen.probes.every((probe, k) => {
    const made = wrong(probe);
    return places.every((place) => seen.equal(seen.found[k]![place]!, made[place]!));
  });
}
