// What wrong results have to do with the right ones, where no wrong version is known; relations.py is its twin.
// Not here: coordinates that are mixed. In a rule that the page reads each stands alone.

import { compile } from "../tape/building.ts";
import type { Check } from "../model/contract.ts";
import { alike, isArray, largest, moved, run, type Nearness, type Probe, type Values } from "./running.ts";
import { found, listed, phrase, type Finding } from "./words.ts";

// What a rule gave on every probe, and what it should have given.
export interface Examined extends Nearness {
  check: Check;
  probes: readonly Probe[];
  found: readonly (readonly Values[])[];
  wanted: readonly (readonly Values[])[];
}

export type MakeCall = (probe: Probe) => readonly Values[] | null; // null where it raises

// Of one result, what it is and what it should be, probe by probe.
const pairsOf = ({ found, wanted }: Examined, k: number): [Values, Values][] =>
  found.map((one, probe) => [one[k]!, wanted[probe]![k]!]);

const isRight = (seen: Examined, k: number): boolean =>
  pairsOf(seen, k).every(([one, right]) => seen.equal(one, right));

export const statesAreRight = (seen: Examined): boolean =>
  seen.check.outputs.every((_, k) => k === 0 || isRight(seen, k));

const isFitting = ({ found, wanted }: Examined): boolean =>
  found.every((one, k) => one.every((values, place) => alike(values, wanted[k]![place]!)));

const areFinite = (results: readonly Values[]): boolean =>
  results.every(({ numbers }) => numbers.every(Number.isFinite));

// ---- rounded

const evenly = (number: number): number => {
  const up = Math.round(number);
  return up - number === 0.5 && up % 2 !== 0 ? up - 1 : up;
};
const CUTS = [Math.trunc, Math.floor, evenly, Math.ceil];

// Results that are cut to whole numbers, or made of a state that is.
export function wholeNumbers(seen: Examined): Finding | null {
  const { check, probes, equal } = seen;
  for (const [k, name] of check.outputs.entries()) {
    if (isRight(seen, k)) continue;
    const isCut = (cut: (number: number) => number) =>
      pairsOf(seen, k).every(([one, right]) => equal(one, { ...right, numbers: right.numbers.map(cut) }));
    if (CUTS.some(isCut)) return found(check, "whole numbers", { name, of: "" });
  }
  const right = run(check.rule);
  for (const [k, name] of check.outputs.slice(1).entries()) {
    const place = check.rule.takes.length - check.outputs.length + 1 + k;
    const fits = (probe: Probe, row: number) =>
      seen.same(right(moved(probe, place, Math.trunc)), seen.found[row]!);
    if (probes.every(fits)) return found(check, "whole numbers", { name: `old ${name}`, of: "the " });
  }
  return null;
}

// Right but for the rounding of numbers of 32 bits: it goes up and down, in sum and in proportion.
export function singlePrecision(seen: Examined): Finding | null {
  const { check, equal } = seen;
  const { single } = check.tolerances;
  if (!isFitting(seen)) return null;
  for (const k of check.outputs.keys()) {
    const off: number[] = [];
    const inProportion: number[] = [];
    for (const [one, right] of pairsOf(seen, k)) {
      const least = single * largest(right.numbers);
      for (const [place, number] of right.numbers.entries()) {
        if (!isAsNear(one.numbers[place]!, number, least, single)) return null;
        if (equal(one, right)) continue;
        off.push(one.numbers[place]! - number);
        inProportion.push((one.numbers[place]! - number) * Math.sign(number));
      }
    }
    for (const part of off.length > 0 ? [off, inProportion] : []) {
      if (!part.some((number) => number > 0) || !part.some((number) => number < 0)) return null;
    }
  }
  return found(check, "single precision");
}

const isAsNear = (one: number, other: number, absolute: number, relative: number): boolean =>
  one === other ||
  (Number.isNaN(one) && Number.isNaN(other)) ||
  (Number.isFinite(other) && Math.abs(one - other) <= absolute + relative * Math.abs(other));

// ---- in another order, without an argument, times a factor

// The right results in another order.
export function anotherOrder(seen: Examined): Finding | null {
  const { outputs } = seen.check;
  for (const order of permutations([...outputs.keys()])) {
    const fits = seen.found.every((one, probe) =>
      order.every((place, k) => seen.equal(one[k]!, seen.wanted[probe]![place]!)),
    );
    if (!fits) continue;
    const given = listed(order.map((place) => outputs[place]!));
    return found(seen.check, "order", { given, wanted: listed(outputs) });
  }
  return null;
}

export function* permutations<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length === 0) yield [];
  for (const [k, item] of items.entries()) {
    for (const rest of permutations(items.filter((_, other) => other !== k))) yield [item, ...rest];
  }
}

// An argument that changes the right results, and none of the rule's, wherever it moves.
export function withoutEffect(seen: Examined, call: MakeCall): Finding | null {
  const { found: made, wanted, same } = seen;
  for (const [place, pairs] of pairsByPlace(seen.probes)) {
    if (pairs.every(([one, other]) => same(wanted[one]!, wanted[other]!))) continue;
    const known = pairs.filter((pair) => pair.every((k) => areFinite(made[k]!))); // not a number is always the same
    const still = known.length > 0 && known.every(([one, other]) => same(made[one]!, made[other]!));
    if (still && !moves(seen, call, place)) {
      return found(seen.check, "no effect", { name: seen.check.rule.takes[place]! });
    }
  }
  return null;
}

// By the place of an argument, the probes that differ in it alone.
function pairsByPlace(probes: readonly Probe[]): Map<number, [number, number][]> {
  const pairs = new Map<number, [number, number][]>();
  for (const [k, one] of probes.entries()) {
    for (let other = 0; other < k; other++) {
      const places = [...one.keys()].filter((place) => !isSame(one[place]!, probes[other]![place]!));
      if (places.length !== 1) continue;
      const [place] = places as [number];
      if (!pairs.has(place)) pairs.set(place, []);
      pairs.get(place)!.push([k, other]);
    }
  }
  return pairs;
}

const isSame = (one: Values, other: Values): boolean =>
  alike(one, other) && one.numbers.every((number, k) => number === other.numbers[k]);

// Whether an argument may have an effect: it has one where it is moved, or nothing tells. Updates that are 0
// tell nothing: every factor of them is without effect.
function moves(seen: Examined, call: MakeCall, place: number): boolean {
  const { moves, moved: count } = seen.check.tolerances;
  let tells = false;
  for (const [k, probe] of seen.probes.slice(0, count).entries()) {
    const made = seen.found[k]!;
    if (!areFinite(made)) continue;
    tells ||= made[0]!.numbers.some((number) => number !== 0);
    for (const factor of moves) {
      const now = call(moved(probe, place, (number) => number * factor));
      if (!now || !seen.same(now, made)) return true;
    }
  }
  return !tells;
}

// One result that is the right one but for a factor or a term, the same everywhere.
export function factorOrTerm(seen: Examined): Finding | null {
  const { check } = seen;
  const wrong = [...check.outputs.keys()].filter((k) => !isRight(seen, k));
  const [k, ...more] = wrong;
  if (k === undefined || more.length > 0 || !isFitting(seen)) return null;
  const name = check.outputs[k]!;
  const pairs = pairsOf(seen, k);
  const fits = (values: number[], by: (right: number, value: number) => number) =>
    pairs.every(([one, right], probe) =>
      seen.equal(one, { ...right, numbers: right.numbers.map((number) => by(number, values[probe]!)) }),
    );
  const times = (right: number, value: number) => value * right;
  const plus = (right: number, value: number) => right + value;
  const numbers = singleNumbers(seen);
  const [one, right] = pairs[0]!.map((values) => values.numbers[0]!) as [number, number];
  const constant = (value: number): [string, number[]][] =>
    Number.isFinite(value) && value !== 0 ? [[phrase(check, "a number"), pairs.map(() => value)]] : [];

  const factors = numbers.flatMap(([name, values]) =>
    check.factors.map(({ text, tape }): [string, number[]] => {
      const factor = compile(tape);
      return [text.replace("{}", name), values.map((value) => factor(value)[0])];
    }),
  );
  for (const [factor, values] of [...factors, ...constant(one / right)]) {
    if (fits(values, times)) return found(check, "factor", { name, factor });
  }
  for (const [term, values] of [...numbers, ...constant(one - right)]) {
    if (fits(values, plus)) return found(check, "term", { name, term });
  }
  return null;
}

// The arguments that are always one number.
const singleNumbers = ({ check, probes }: Examined): [string, number[]][] =>
  check.rule.takes.flatMap((name, place): [string, number[]][] =>
    probes.some((probe) => isArray(probe[place]!))
      ? []
      : [[name, probes.map((probe) => probe[place]!.numbers[0]!)]],
  );

// ---- right for some values

// A result that goes up to a number, or down to one, and no further.
export function limited(seen: Examined): Finding | null {
  if (!isFitting(seen)) return null;
  const { check } = seen;
  for (const k of [...check.outputs.keys()].slice(1).concat(0)) {
    const pairs = pairsOf(seen, k);
    const whole = (which: 0 | 1): Values => {
      const numbers = pairs.flatMap((pair) => pair[which].numbers);
      return { shape: [numbers.length], numbers };
    };
    const [made, wanted] = [whole(0), whole(1)];
    const right = seen.near(made, wanted);
    const cut = (isCut: (one: number, right: number) => boolean) => [
      ...new Set(made.numbers.filter((one, at) => !right[at]! && isCut(one, wanted.numbers[at]!))),
    ];
    const above = cut((one, right) => one < right);
    const below = cut((one, right) => one > right);
    if (above.length + below.length === 0 || right.every((is) => !is)) continue;
    if (above.length > 1 || below.length > 1) continue;
    const [high, low] = [above[0] ?? Infinity, below[0] ?? -Infinity];
    const clipped = wanted.numbers.map((number) => Math.min(Math.max(number, low), high));
    if (seen.equal(made, { ...wanted, numbers: clipped })) {
      return found(check, "limited", { name: check.outputs[k]! });
    }
  }
  return null;
}

interface Element {
  wrong: boolean;
  given: number[]; // the arguments of one coordinate
  updates: number; // the right ones
}

// Wrong for some values of one argument, and right for all others. Few calls may agree on that by chance, as
// where another argument was small in the same ones. So it is said only where the rule turns right and wrong
// with this argument alone. Of states that are 0 in the same calls, all may be needed.
export function onlySomewhere(seen: Examined, call: MakeCall): Finding | null {
  if (!isFitting(seen)) return null;
  const { check } = seen;
  // Where the updates are 0, as along a gradient of 0, they are right whatever stands beside it.
  const elements = elementsOf(seen).filter(({ wrong, updates }) => wrong || updates !== 0);
  const bad = elements.filter(({ wrong }) => wrong);
  const good = elements.filter(({ wrong }) => !wrong);
  if (bad.length === 0) return null;
  const states = statesOfTheFirstStep(seen, elements);
  // One of them may be all that decides, and otherwise all of them together.
  for (const deciding of [...states.map((state) => [state]), states]) {
    // Few calls are of the first step: it is the others, turned right, that tell.
    if (deciding.length > 0 && decides(seen, call, deciding, 1)) {
      const names = deciding.map(({ place }) => check.rule.takes[place]!);
      return found(check, "first step", { name: names.join(" = ") });
    }
  }
  for (const [place, name] of check.rule.takes.entries()) {
    const at = ({ given }: Element) => given[place]!;
    const mostly = bad.length / elements.length >= check.tolerances.mostlyWrong;
    const [wrong, right] = [bad.map(at), good.map(at)];
    for (const [said, separates] of Object.entries(SEPARATED)) {
      if (mostly || !separates(wrong, right)) continue;
      const turn = { place, bad: middle(wrong), good: middle(right) };
      if (decides(seen, call, [turn], check.tolerances.enough)) {
        return found(check, "somewhere", { values: said.replace("{}", name) });
      }
    }
  }
  return null;
}

// An argument, a value of it where it is wrong and one where it is right.
interface Turn {
  place: number;
  bad: number;
  good: number;
}

// The states at whose 0 all is right, and nowhere else.
function statesOfTheFirstStep({ check }: Examined, elements: Element[]): Turn[] {
  return [...check.rule.takes.entries()].flatMap(([place, name]) => {
    const isState = check.outputs.some((output) => name === `${output}_prev`);
    const isZero = ({ given }: Element) => given[place] === 0;
    const fits = elements.some(isZero) && elements.every((one) => one.wrong !== isZero(one));
    if (!isState || !fits) return [];
    const bad = elements.filter(({ wrong }) => wrong).map(({ given }) => given[place]!);
    return [{ place, bad: middle(bad), good: 0 }];
  });
}

// Whether some arguments alone make each call wrong, or right. Wrong ones are called with good values of them. Right
// ones are called with bad values, unless that makes no difference there; so many of them have to turn wrong.
function decides(seen: Examined, call: MakeCall, turns: Turn[], enough: number): boolean {
  const { check, probes, found: made, wanted, same } = seen;
  const right = run(check.rule);
  let spoiled = 0;
  for (const [row, probe] of probes.entries()) {
    const wasRight = same(made[row]!, wanted[row]!);
    const given = turns.reduce(
      (turned, { place, bad, good }) => moved(turned, place, () => (wasRight ? bad : good)),
      probe,
    );
    const should = right(given);
    if (wasRight && same(should, wanted[row]!)) continue;
    const now = call(given);
    if ((now !== null && same(now, should)) === wasRight) return false;
    if (wasRight) spoiled++;
  }
  return spoiled >= enough;
}

// One that occurs.
const middle = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)]!;

const some = (numbers: number[]): boolean => numbers.some((number) => number !== 0);
const sizes = (numbers: number[]): number[] => numbers.map(Math.abs);

// How the numbers where it is wrong may differ from those where it is right. Where it is right at 0 alone,
// that says nothing.
const SEPARATED: Record<string, (wrong: number[], right: number[]) => boolean> = {
  "{} = 0": (wrong, right) => !some(wrong) && right.every((number) => number !== 0),
  "negative {}": (wrong, right) =>
    some(right) && wrong.every((number) => number < 0) && right.every((number) => number >= 0),
  "positive {}": (wrong, right) =>
    some(right) && wrong.every((number) => number > 0) && right.every((number) => number <= 0),
  "large {}": (wrong, right) => some(right) && Math.min(...sizes(wrong)) > Math.max(...sizes(right)),
  "small {}": (wrong, right) => some(wrong) && Math.max(...sizes(wrong)) < Math.min(...sizes(right)),
};

function elementsOf({ check, probes, found, wanted, near }: Examined): Element[] {
  return probes.flatMap((probe, row) => {
    const right = check.outputs.map((_, k) => near(found[row]![k]!, wanted[row]![k]!));
    const size = Math.max(...wanted[row]!.map(({ numbers }) => numbers.length));
    return Array.from({ length: size }, (_, at) => ({
      wrong: right.some((is) => !(is[at] ?? is[0]!)),
      given: probe.map(({ numbers }) => numbers[at] ?? numbers[0]!),
      updates: wanted[row]![0]!.numbers[at] ?? wanted[row]![0]!.numbers[0]!,
    }));
  });
}
