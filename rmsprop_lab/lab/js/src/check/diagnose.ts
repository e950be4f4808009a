// Whether a rule is right; if not, which mistake it is: by its results alone. diagnose.py is its twin.

import type { Check } from "../model/contract.ts";
import type { Call, Outcome } from "./arrays.ts";
import { nearest, oneSlip } from "./nearest.ts";
import {
  anotherOrder,
  factorOrTerm,
  limited,
  onlySomewhere,
  singlePrecision,
  wholeNumbers,
  withoutEffect,
  type Examined,
  type MakeCall,
} from "./relations.ts";
import { isArray, nearness, run, shapeOf, toValues, type Probe, type Values } from "./running.ts";
import { found, listed, phrase, tuple, type Finding } from "./words.ts";

const RIGHT: Finding = { correct: true, name: "", text: "", convention: false };

export function diagnose(check: Check, call: Call): Finding {
  const probes = check.probes.map((probe) => probe.map(toValues));
  const outcomes = probes.map(call);
  const right = run(check.rule);
  const wanted = probes.map(right);
  const made = oneForAll(
    outcomes.map(({ values }) => values),
    wanted,
  );
  const seen: Examined = { ...nearness(check.tolerances), check, probes, found: made, wanted };
  const { takes } = check.rule;
  const changed = [...takes.keys()].filter((place) => outcomes.some((one) => one.changed.includes(place)));
  const finding =
    raised(check, outcomes) ?? miscounted(check, outcomes[0]!) ?? compared(check, outcomes[0]!) ?? examine();
  if (changed.length === 0) return finding;
  const said = found(check, "changes", { names: listed(changed.map((place) => takes[place]!)) });
  return finding.correct ? said : { ...finding, text: `${finding.text} ${said.text}` };

  function examine(): Finding {
    const isRight = made.every((one, k) => seen.same(one, wanted[k]!));
    return isRight ? RIGHT : (known(seen) ?? unknown(seen, call));
  }
}

// What a rule raises that takes an array for a single number: it does so for every large array.
function raised(check: Check, outcomes: Outcome[]): Finding | null {
  const error = outcomes.find((outcome) => outcome.error)?.error;
  return error === undefined ? null : found(check, "single numbers", { error });
}

function miscounted(check: Check, { values, conditions }: Outcome): Finding | null {
  const [count, names] = [values.length, listed(check.outputs)];
  if (count === check.outputs.length) return null;
  if (count > 1) return found(check, "many results", { count: `${count} results`, names });
  return found(check, "one result", { kind: conditions[0] ? "a bool" : "a float64", names }); // NumPy's words
}

// A result that is True or False.
function compared(check: Check, { conditions }: Outcome): Finding | null {
  const name = check.outputs[conditions.indexOf(true)];
  return name === undefined ? null : found(check, "comparison", { name });
}

// The first wrong version that does the same on every probe.
function known(seen: Examined): Finding | null {
  const { check, probes } = seen;
  for (const { name, hint, convention, tape } of check.mistakes) {
    const wrong = run(tape);
    if (!probes.every((probe, k) => seen.same(seen.found[k]!, wrong(probe)))) continue;
    const named = convention ? phrase(check, "named convention", { name }) : name;
    return { correct: false, name: named, text: hint, convention };
  }
  return null;
}

// What can be said where no wrong version fits.
function unknown(seen: Examined, call: Call): Finding {
  const values = (probe: Probe) => {
    const outcome = call(probe);
    return outcome.error ? null : outcome.values;
  };
  return (
    singlePrecision(seen) ??
    wholeNumbers(seen) ??
    oneWithoutEffect(seen, values) ??
    anotherOrder(seen) ??
    nearest(seen) ??
    factorOrTerm(seen) ??
    limited(seen) ??
    misshapen(seen) ??
    onlySomewhere(seen, values) ??
    different(seen, values)
  );
}

// The results, with one number for what is the same for all coordinates and may be one.
export function oneForAll(
  found: readonly (readonly Values[])[],
  wanted: readonly (readonly Values[])[],
): Values[][] {
  const isOne = (k: number) => (one: readonly Values[], row: number) =>
    one[k] === undefined ||
    (wanted[row]![k]!.shape.length === 0 && one[k].numbers.every((number) => number === one[k]!.numbers[0]));
  const spread = new Set([...wanted[0]!.keys()].slice(1).filter((k) => found.every(isOne(k))));
  return found.map((one, row) => {
    const { shape } = wanted[row]![0]!;
    const asOne = (values: Values, k: number) =>
      spread.has(k) && String(values.shape) === String(shape)
        ? { shape: [], numbers: values.numbers.slice(0, 1) }
        : values;
    return one.map(asOne);
  });
}

// An argument without effect; better, what stands in its place.
function oneWithoutEffect(seen: Examined, call: Parameters<typeof withoutEffect>[1]): Finding | null {
  const finding = withoutEffect(seen, call);
  return finding && (oneSlip(seen) ?? finding);
}

function misshapen({ check, probes, found: made, wanted }: Examined): Finding | null {
  for (const [k, probe] of probes.entries()) {
    for (const [place, name] of check.outputs.entries()) {
      const [mine, theirs] = [made, wanted].map((all) => tuple(all[k]![place]!.shape));
      if (mine === theirs) continue;
      const shape = shapeOf(probe);
      const form = phrase(check, shape.length > 0 ? "arrays of" : "single", { shape: tuple(shape) });
      return found(check, "shape", { form, name, mine: mine!, theirs: theirs! });
    }
  }
  return null;
}

// Which results differ, and on which calls.
function different(seen: Examined, call: MakeCall): Finding {
  const { check, probes, found: made, wanted } = seen;
  const good = check.outputs.filter((_, k) =>
    made.every((one, row) => seen.equal(one[k]!, wanted[row]![k]!)),
  );
  const bad = check.outputs.filter((name) => !good.includes(name));
  const said = [
    phrase(check, good.length > 0 ? "some wrong" : "all wrong", {
      good: listed(good),
      bad: listed(bad),
    }),
  ];
  const wrong = probes.filter((_, row) => !seen.same(made[row]!, wanted[row]!));
  if (wrong.length < probes.length) {
    said.push(phrase(check, "calls", { wrong: String(wrong.length), all: String(probes.length) }));
  }
  const kind = KINDS.find(([, isOne]) => wrong.length === probes.filter(isOne).length && wrong.every(isOne));
  // Few calls have two dimensions: it may be wrong there by chance, or by the size.
  const seemed = kind?.[0] === "planes" && !isRightInARow(seen, call, wrong[0]!);
  const name = kind && wrong.length < probes.length && !seemed ? phrase(check, kind[0]) : "";
  if (name) said.push(phrase(check, "by shape", { name }));
  const isNumber = made.every((one) => one.every(({ numbers }) => !numbers.some(Number.isNaN)));
  if (!isNumber) said.push(phrase(check, "not a number"));
  return { correct: false, name, text: said.join(" "), convention: false };
}

// Whether it is right on the same numbers in one dimension.
function isRightInARow({ check, same }: Examined, call: MakeCall, probe: Probe): boolean {
  const row = probe.map((values) =>
    isArray(values) ? { ...values, shape: [values.numbers.length] } : values,
  );
  const made = call(row);
  return made !== null && same(made, run(check.rule)(row));
}

// For which kind of arguments a rule may be wrong alone.
const KINDS: [name: string, isOne: (probe: Probe) => boolean][] = [
  ["arrays", (probe) => shapeOf(probe).length > 0],
  ["singles", (probe) => shapeOf(probe).length === 0],
  ["planes", (probe) => shapeOf(probe).length > 1],
];
