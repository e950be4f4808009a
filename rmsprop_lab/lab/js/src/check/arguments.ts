// How a rule takes its arguments: in the right order, in another, or not at all; arguments.py is its twin.

import type { Given as Argument } from "../formula/rule.ts";
import type { Check } from "../model/contract.ts";
import { permutations } from "./relations.ts";
import type { Probe, Values } from "./running.ts";

// For each of the rule's own arguments the place of the right one that is given for it, or its default.
export type Order = (number | null)[];

export const arrange = (own: readonly Argument[], order: Order, given: Probe): Values[] =>
  own.map(({ default: value }, k) => {
    const place = order[k] ?? null;
    return place === null ? { shape: [], numbers: [value!] } : given[place]!;
  });

// As the right rule is called; null if it cannot be.
export function inTheRulesOrder(own: readonly Argument[], takes: readonly string[]): Order | null {
  const names = own.map(({ name }) => name);
  const needed = own.filter((one) => one.default === null).map(({ name }) => name);
  if (needed.every((name) => takes.includes(name)) && takes.every((name) => names.includes(name))) {
    return byName(names, new Map(takes.map((name) => [name, name])), takes);
  }
  const fits = needed.length <= takes.length && takes.length <= own.length;
  return fits ? own.map((_, k) => (k < takes.length ? k : null)) : null;
}

// Each by the name that the rule has for it.
function byName(
  names: readonly string[],
  called: ReadonlyMap<string, string>,
  takes: readonly string[],
): Order {
  const places = new Map([...called].map(([right, name]) => [name, takes.indexOf(right)]));
  return names.map((name) => places.get(name) ?? null);
}

export interface Way {
  order: Order;
  sure: boolean; // whether the rule's names say it
  tried: number[] | null; // the places of the right rule's arguments as they are passed
}

// Other ways to pass the right rule's arguments: by the names first, then in each order in which
// hyper-parameters, gradient and state may stand.
export function* furtherWays(own: readonly Argument[], check: Check): Generator<Way> {
  const { takes } = check.rule;
  const names = own.map(({ name }) => name);
  if (takes.every((name) => names.includes(name))) return; // it says itself which is which
  const called = understood(own, check);
  if (called && String(takes.map((name) => called.get(name))) !== String(names)) {
    yield { order: byName(names, called, takes), sure: true, tried: null };
  }
  if (!inTheRulesOrder(own, takes)) return;
  for (const tried of orders(takes.length, check.outputs.length - 1)) {
    yield { order: own.map((_, k) => tried[k] ?? null), sure: false, tried };
  }
}

// Each order of the three groups, with those inside the first or the last in any order.
function* orders(count: number, states: number): Generator<number[]> {
  const grad = count - states - 1;
  const places = Array.from({ length: count }, (_, place) => place);
  const [first, last] = [places.slice(0, grad), places.slice(grad + 1)];
  const groups = [
    ...[...permutations(first)].map((inside) => [inside, last]),
    ...[...permutations(last)].map((inside) => [first, inside]),
  ] as [number[], number[]][];
  const known = new Set([String(places)]);
  for (const [before, after] of groups) {
    for (const order of permutations([before, [grad], after])) {
      const tried = order.flat();
      if (known.has(String(tried))) continue;
      known.add(String(tried));
      yield tried;
    }
  }
}

// For each of the right rule's arguments the rule's own, if the names leave no doubt.
function understood(own: readonly Argument[], { rule: { takes }, names }: Check): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const { name, default: value } of own) {
    let fitting = takes.filter((right) => (names[right] ?? right).split(" ").includes(plain(name)));
    if (takes.includes(name)) fitting = [name];
    if (fitting.length > 1 || fitting.some((right) => found.has(right))) return null;
    if (fitting[0] !== undefined) found.set(fitting[0], name);
    else if (value === null) return null;
  }
  return found.size === takes.length ? found : null;
}

const plain = (name: string): string =>
  ["_prev", "prev_", "_old", "old_", "_"].reduce(
    (plain, part) => plain.replaceAll(part, ""),
    name.toLowerCase(),
  );

// Arguments that no rule has here, such as the parameters.
export const hasStrangers = (own: readonly Argument[], { rule: { takes }, strangers }: Check): boolean =>
  own.some(({ name }) => strangers.includes(name.toLowerCase()) && !takes.includes(name));
