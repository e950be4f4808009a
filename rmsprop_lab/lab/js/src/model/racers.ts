// Who races: the model's entries, and what follows from each. lab/racers.py says the same in Python.

import { exact, parameterOf } from "./numbers.ts";
import type { Entry, Look, OptimizerSpec, Parameter, Spec } from "./contract.ts";
import type { Lab } from "./follow.ts";

export type Settings = Entry["settings"];
type Changes = Record<string, number | null>; // of one's own settings; null: as everybody

export interface Racer {
  // The optimiser's name, from its second racer on with a number: what it is known by while its settings change.
  key: string;
  optimizer: OptimizerSpec;
  own: Settings; // the other settings are everybody's
  look: Look;
}

export function racersOf({ optimizers }: Spec, entries: Entry[]): Racer[] {
  const before = new Map<string, number>();
  const racers = entries.flatMap(({ optimizer: name, settings }) => {
    const optimizer = optimizers.find((one) => one.name === name);
    const place = before.get(name) ?? 0;
    before.set(name, place + 1);
    const look = optimizer?.looks[place];
    return optimizer && look
      ? [{ key: place ? `${name}:${place + 1}` : name, optimizer, own: settings, look }]
      : [];
  });
  return racers.every(takesAll) ? racers : withoutLost(racers);
}

const takesAll = ({ optimizer: { parameters }, own }: Racer): boolean =>
  Object.keys(own).every((name) => parameters.includes(name));

// An edited rule may have lost an argument: settings of it wait until it comes back, and racers that differ in
// nothing else are one.
function withoutLost(racers: Racer[]): Racer[] {
  const kept = racers.map((racer) => ({ ...racer, own: ordered(racer.optimizer, racer.own) }));
  const entries = kept.map(entryOf);
  return kept.filter((_, k) => entries.findIndex((other) => same(other, entries[k]!)) === k);
}

// The optimiser's name in a key.
export const optimizerOf = (key: string): string => key.replace(/:[2-9]$/, "");

export const racing = ({ spec, get }: Lab): Racer[] => racersOf(spec, get("racers"));

export const entryOf = ({ optimizer, own }: Racer): Entry => ({ optimizer: optimizer.name, settings: own });

// As it was asked for at first, maybe more than once; at everybody's settings if it was not.
export function entriesOf({ entries }: Spec, optimizer: string): Entry[] {
  const asked = entries.filter((entry) => entry.optimizer === optimizer);
  return asked.length > 0 ? asked : [{ optimizer, settings: {} }];
}

// The value of one of its parameters.
export const settingOf = ({ number }: Lab, { own }: Racer, parameter: string): number =>
  own[parameter] ?? number(parameter);

export const RATE = "learning_rate";

// Which of its parameters is the learning rate; -1 for none.
export const placeOfRate = ({ parameters }: Pick<OptimizerSpec, "parameters">): number =>
  parameters.indexOf(RATE);

// Whether it takes a learning rate.
export const steered = ({ optimizer }: Racer): boolean => placeOfRate(optimizer) >= 0;

// Whether two of them would be one racer.
export function same(one: Entry, other: Entry): boolean {
  const names = Object.keys(one.settings);
  return (
    one.optimizer === other.optimizer &&
    names.length === Object.keys(other.settings).length &&
    names.every((name) => one.settings[name] === other.settings[name])
  );
}

// Each once.
export const distinct = (entries: Entry[]): Entry[] =>
  entries.filter((entry, k) => entries.findIndex((other) => same(entry, other)) === k);

// That some of them are one racer now, in words.
export const alike = (entries: Entry[]): string =>
  distinct(entries).length < entries.length ? "Those that are alike now race once." : "";

// The racers with other learning rates: null for everybody's, undefined for the one it has.
export const withRates = (racers: Racer[], rateOf: (racer: Racer) => number | null | undefined): Entry[] =>
  racers.map((racer) => {
    const rate = steered(racer) ? rateOf(racer) : undefined;
    return rate === undefined ? entryOf(racer) : entryWith(racer, { learning_rate: rate });
  });

// One with other settings of its own, null for everybody's; in the rule's order, so that equal ones look equal.
function entryWith({ optimizer, own }: Racer, changes: Changes): Entry {
  return { optimizer: optimizer.name, settings: ordered(optimizer, { ...own, ...changes }) };
}

export const ordered = ({ parameters }: OptimizerSpec, own: Changes): Settings =>
  Object.fromEntries(
    parameters.flatMap((name): [string, number][] => {
      const value = own[name] ?? null;
      return value === null ? [] : [[name, value]];
    }),
  );

// What each is called, no two the same. The only one of its optimiser is called by the label and its own settings;
// one of several by the settings in which these differ, its own or everybody's. Where two would have one
// name, because a slider stands at another's own value just now, everybody's settings are left out.
export function namesOf(lab: Lab, racers: Racer[]): string[] {
  const called = ({ optimizer: { label }, own }: Racer, told: string[]) => {
    const said = told.map((name) => {
      const { symbol, label } = parameterOf(lab.spec, name);
      return `${symbol || label} = ${exact(own[name] ?? lab.number(name))}`;
    });
    return said.length > 0 ? `${label} ${said.join(", ")}` : label;
  };
  const tellingOf = (racer: Racer) => {
    const rivals = racers.filter(({ optimizer }) => optimizer === racer.optimizer);
    const differ = (name: string) => new Set(rivals.map(({ own }) => own[name])).size > 1;
    return racer.optimizer.parameters.filter(rivals.length > 1 ? differ : (name) => name in racer.own);
  };
  const names = racers.map((racer) => called(racer, tellingOf(racer)));
  return racers.map((racer, k) => {
    const taken = names.filter((name) => name === names[k]).length > 1;
    return taken
      ? called(
          racer,
          tellingOf(racer).filter((name) => name in racer.own),
        )
      : names[k]!;
  });
}

// For the label of a control that sets one parameter: with a number where only this parameter tells them apart.
export function titlesOf(lab: Lab, racers: Racer[], parameter: string): string[] {
  const others = racers.map((racer) => ({
    ...racer,
    own: ordered(racer.optimizer, { ...racer.own, [parameter]: null }),
  }));
  const names = namesOf(lab, others);
  return names.map((name, k) => {
    const number = names.slice(0, k + 1).filter((other) => other === name).length;
    return number > 1 ? `${name} (${number})` : name;
  });
}

// The racers, one with other settings of its own; null if that one would then be another one.
export function withOwn(racers: Racer[], key: string, changes: Changes): Entry[] | null {
  const entries = racers.map((racer) => (racer.key === key ? entryWith(racer, changes) : entryOf(racer)));
  return distinct(entries).length < entries.length ? null : entries;
}

// The racers with one of them once more, right after it, and so that the copy differs at once: its memory is ten
// times as long, or else 0.9, or else its learning rate is a third. null where there is no room for a copy.
export function withCopy(lab: Lab, racers: Racer[], key: string): Entry[] | null {
  const racer = racers.find((one) => one.key === key);
  const rivals = racers.filter(({ optimizer }) => optimizer === racer?.optimizer);
  if (!racer || rivals.length >= racer.optimizer.looks.length) return null;
  const { parameters } = racer.optimizer;
  const stands = (rival: Racer, own: Settings) =>
    parameters.every((name) => settingOf(lab, rival, name) === (own[name] ?? lab.number(name)));
  const copy = changesFor(lab, racer)
    .map((change) => entryWith(racer, change))
    .find(({ settings }) => !rivals.some((rival) => stands(rival, settings)));
  return copy ? racers.flatMap((one) => (one === racer ? [entryOf(one), copy] : [entryOf(one)])) : null;
}

const FURTHER = 6; // thirds of the learning rate that are tried

function changesFor(lab: Lab, racer: Racer): Settings[] {
  const changes: Settings[] = [];
  const of = (name: string) => parameterOf(lab.spec, name);
  const memory = racer.optimizer.parameters.find((name) => isShare(of(name)));
  if (memory !== undefined) {
    const longer = (value: number) => Number((1 - (1 - value) / 10).toPrecision(6));
    let value = longer(settingOf(lab, racer, memory));
    for (; value < 1 && value <= of(memory).slider[1]; value = longer(value))
      changes.push({ [memory]: value });
    changes.push({ [memory]: 0.9 });
  }
  if (steered(racer)) {
    const rate = settingOf(lab, racer, "learning_rate");
    for (let k = 1; k <= FURTHER; k++)
      changes.push({ learning_rate: Number((rate / 3 ** k).toPrecision(3)) });
  }
  return changes;
}

// What is kept of something from step to step.
const isShare = ({ low, high, openHigh }: Parameter): boolean => low === 0 && high === 1 && openHigh;
