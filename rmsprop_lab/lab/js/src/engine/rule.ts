// The optimisers of the moment: one of them with the rule that a reader has edited.

import { computed } from "@preact/signals-core";
import { UNQUALIFIED } from "../formula/functions.ts";
import { parseRule, type Rule, type RuleMistake } from "../formula/rule.ts";
import type { OptimizerSpec, Parameter, Point, Spec, State } from "../model/contract.ts";
import type { Lab, Read, Revision } from "../model/follow.ts";
import { fromPosition, positions } from "../model/numbers.ts";
import { compile } from "../tape/building.ts";

export const FURTHEST = 1e9; // of a slider's ends
const USUAL = 0.1; // an argument that has no default

const ROOM = 3000; // characters of an address that a rule may take: some are for the other settings

// Whether an address can carry a rule.
export const fits = (text: string): boolean => encodeURIComponent(text).length <= ROOM;

type Own = NonNullable<State["own"]>;

// The optimiser whose rule may be edited.
export const editable = ({ optimizers }: Spec): OptimizerSpec | undefined =>
  optimizers.find(({ source }) => source !== undefined);

export const isEdited = ({ get }: Lab, { source }: OptimizerSpec): boolean =>
  source !== undefined && Boolean(get("rule"));

// What a text says, or what is wrong with it.
export function readRule(spec: Spec, text: string): Rule | RuleMistake {
  const rule = parseRule(text);
  if ("message" in rule) return rule;
  const kept = rule.parameters.find(({ name }) => isKept(spec, name));
  if (!kept) return rule;
  const at =
    text.indexOf("(") + 1 + text.slice(text.indexOf("(") + 1).search(new RegExp(`\\b${kept.name}\\b`));
  const message = `${kept.name} is a name that the lab keeps for itself: give the argument another one`;
  return { message, at, line: text.slice(0, at).split("\n").length };
}

const KEPT = new Set(
  "spec surface start step steps window world racers sweep schedule rule own check noise seed batch_size computed heights history data units".split(
    " ",
  ),
);
const KEPT_BY_RACES = new Set(["epochs", "start_scale"]);

// What a surface or a schedule takes has a slider of its own, which would move the rule as well.
const isKept = ({ objectives, schedules, network }: Spec, name: string): boolean =>
  KEPT.has(name) ||
  (network !== null && KEPT_BY_RACES.has(name)) ||
  name in {} ||
  [...objectives, ...schedules].some(({ parameters }) => parameters.includes(name));

// An optimiser with a rule in its place, and the first values of the arguments that the lab does not know.
interface Edited {
  optimizer: OptimizerSpec;
  defaults: Map<string, number>;
}

function edit(spec: Spec, sent: OptimizerSpec, { tape, parameters, state }: Rule): Edited {
  const defaults = new Map(
    parameters
      .filter(({ name }) => !spec.parameters.some((known) => known.name === name))
      .map(({ name, default: given }) => [name, given ?? USUAL]),
  );
  const optimizer: OptimizerSpec = {
    ...sent,
    label: sent.name === "own" ? sent.label : `${sent.label}, edited`,
    rule: tape,
    parameters: parameters.map(({ name }) => name),
    state,
    initial: state.map((name) => sent.initial[sent.state.indexOf(name)] ?? 0),
  };
  const known = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const usual = optimizer.parameters.map((name) => defaults.get(name) ?? middle(known.get(name)!));
  return { optimizer: { ...optimizer, scales: scales(optimizer, usual) }, defaults };
}

function middle(parameter: Parameter): number {
  const [low, high] = positions(parameter);
  return fromPosition(parameter, (low + high) / 2);
}

// Whether each update is the gradient times an effective rate, by what the rule does: without a gradient
// nothing moves, and along one it moves always downhill, or always uphill. `Optimizer.scales` in Python is its twin.
function scales({ rule, initial }: OptimizerSpec, settings: number[]): boolean {
  const step = compile(rule!);
  let state = initial;
  const directions = new Set<number>();
  for (const grad of [1, -2, 0.5, -0.25]) {
    state = step(...settings, grad, ...state).slice(1);
    const [rest, right, left] = [0, 0.3, -0.3].map((probe) => step(...settings, probe, ...state)[0]);
    if (rest !== 0) return false;
    directions.add(Math.sign(right!)).add(-Math.sign(left!));
  }
  return !(directions.has(1) && directions.has(-1)) && ![...directions].some(Number.isNaN);
}

// Of an argument that the lab does not know, where its slider goes at first.
export function rangeAround(value: number): Point {
  if (value >= 0 && value <= 1) return [0, 1];
  return value > 0 ? [0, Math.min(2 * value, FURTHEST)] : [Math.max(2 * value, -FURTHEST), 0];
}

// Whether two numbers can be the ends of a slider.
export const isRange = (low: number, high: number): boolean =>
  low >= -FURTHEST && high <= FURTHEST && high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high));

export const anyNumber = (name: string, slider: Point): Parameter => ({
  name,
  symbol: "",
  label: name.replaceAll("_", " "),
  low: null,
  high: null,
  openLow: false,
  openHigh: false,
  slider,
  scale: "linear",
  unit: "",
  whole: false,
});

type Ranges = [name: string, low: number, high: number][];

const rangesOf = (defaults: Edited["defaults"], own: Own): Ranges =>
  [...defaults].map(([name, first]) => {
    const [, low, high] = own[name] ?? [first, ...rangeAround(first)];
    return [name, low, high];
  });

const revised = (spec: Spec, optimizer: OptimizerSpec, ranges: Ranges): Spec => ({
  ...spec,
  optimizers: spec.optimizers.map((one) => (one.name === optimizer.name ? optimizer : one)),
  parameters: [...spec.parameters, ...ranges.map(([name, low, high]) => anyNumber(name, [low, high]))],
});

// The lab with a rule: as it is sent where there is none, or a wrong one.
export function withRule(spec: Spec, text: string, own: Own): Spec {
  const sent = editable(spec);
  const rule = sent && text ? readRule(spec, text) : null;
  if (!sent || !rule || "message" in rule) return spec;
  const { optimizer, defaults } = edit(spec, sent, rule);
  return revised(spec, optimizer, rangesOf(defaults, own));
}

// The same as the model is; with the last good rule while it holds a wrong one.
export function revise(spec: Spec, get: Read): Revision {
  const sent = editable(spec);
  const none = { optimizer: null, defaults: new Map<string, number>() };
  let good: Edited | typeof none = none;
  const edited = computed(() => {
    const text = sent ? (get("rule") ?? "") : "";
    const rule = text ? readRule(spec, text) : null;
    if (!rule) good = none;
    else if (!("message" in rule)) good = edit(spec, sent!, rule);
    return good;
  });
  // As text: equal ones change nothing, so that a slider's move compiles no rule anew.
  const ranges = computed(() => JSON.stringify(rangesOf(edited.value.defaults, get("own") ?? {})));
  return {
    spec: computed(() => {
      const { optimizer } = edited.value;
      return optimizer ? revised(spec, optimizer, JSON.parse(ranges.value) as Ranges) : spec;
    }),
    defaults: computed(() => edited.value.defaults),
  };
}

const IMPORTS: [needs: RegExp, line: string][] = [
  [/\bnp\.\w/, "import numpy as np"],
  [/\bnumpy\.\w/, "import numpy"],
  [/\bmath\.\w/, "import math"],
];
const BARE = new RegExp(`(?<![\\w.])(${UNQUALIFIED.join("|")})(?=\\s*\\()`, "g");

// The rule as Python that runs as it stands.
export function toPython(text: string): string {
  const code = text.replace(/#.*|"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*'/g, "");
  const lines = IMPORTS.filter(([needs, line]) => needs.test(code) && !code.includes(line)).map(
    ([, line]) => line,
  );
  const imported = /^\s*from\b.*$/gm;
  const had = [...code.matchAll(imported)].join(" ");
  const bare = [...new Set(code.match(BARE))].filter((name) => !new RegExp(`\\b${name}\\b`).test(had));
  if (bare.length > 0) lines.push(`from numpy import ${bare.sort().join(", ")}`);
  const rule = text.replace(/\s*$/, "\n");
  return lines.length > 0 ? `${lines.join("\n")}\n\n\n${rule.replace(/^\n+/, "")}` : rule;
}
