// Is a rule that a reader has written the one that it is meant to be? The words of Python's check, and its twin.

import type { Check } from "../model/contract.ts";
import { arrange, hasStrangers, inTheRulesOrder, furtherWays, type Order } from "./arguments.ts";
import { caller, isNumbers, type Call, type Written } from "./arrays.ts";
import { diagnose, oneForAll } from "./diagnose.ts";
import { nearness, run, sizeOf, toValues, type Values } from "./running.ts";
import { found, listed, phrase, shown, type Finding } from "./words.ts";

export interface Verdict {
  kind: "right" | "convention" | "wrong";
  mistake: string; // its name
  text: string; // what was found
  numbers: string; // the first call that differs: its arguments, the reader's result, the right one
}

export function checkRule(check: Check, written: Written): Verdict {
  const { rule } = written;
  const { name } = rule;
  const { label } = check;
  const own = rule.takes;
  const { takes } = check.rule;
  const called = caller(written, check);
  const calledIn =
    (order: Order): Call =>
    (probe) => {
      const outcome = called(arrange(own, order, probe));
      const changed = outcome.changed.map((k) => order[k]!);
      return { ...outcome, changed };
    };
  const verdict = (call: Call, finding: Finding): Verdict => ({
    kind: finding.convention ? "convention" : "wrong",
    mistake: finding.name,
    text: `${opening(check, name, finding)} ${finding.text}`,
    numbers: inNumbers(check, call),
  });

  const usual = inTheRulesOrder(own, takes);
  const finding = usual && diagnose(check, calledIn(usual));
  if (finding?.correct) {
    const count = String(check.probes.length);
    return { kind: "right", mistake: "", text: phrase(check, "right", { name, label, count }), numbers: "" };
  }
  if (!finding || !isKnown(check, finding)) {
    const otherwise = findOtherwise();
    if (otherwise) return otherwise;
  }
  if (!usual || !finding || hasStrangers(own, check)) {
    const kind = hasStrangers(own, check) ? "strangers" : "arguments";
    const said = `${name}(${own.map((one) => one.name).join(", ")})`;
    const why = found(check, kind, { said, label, wanted: wantedOf(check) });
    return { kind: "wrong", mistake: why.name, text: why.text, numbers: "" };
  }
  return verdict(calledIn(usual), finding);

  // What is found of a rule that takes its arguments in another way, if it does.
  function findOtherwise(): Verdict | null {
    const { same } = nearness(check.tolerances);
    const first = check.probes[0]!.map(toValues);
    const right = run(check.rule);
    const expected = right(first);
    for (const { order, sure, tried } of furtherWays(own, check)) {
      const call = calledIn(order);
      if (tried) {
        const outcome = call(first);
        if (!isNumbers(outcome) || !same(outcome.values, expected)) continue;
        // An order that makes no difference to the rule is not what is wrong.
        if (same(right(tried.map((place) => first[place]!)), expected)) continue;
      }
      const finding = diagnose(check, call);
      if (!finding.correct && !(sure && isKnown(check, finding))) continue;
      const how = phrase(check, "how");
      const said = phrase(check, "order", {
        how,
        own: own.map((one) => one.name).join(", "),
        wanted: wantedOf(check),
      });
      if (finding.correct) {
        const text = phrase(check, "right but", { name, label, order: said });
        return { kind: "wrong", mistake: phrase(check, "arguments how", { how }), text, numbers: "" };
      }
      return verdict(call, { ...finding, text: phrase(check, "also", { text: finding.text, order: said }) });
    }
    return null;
  }
}

const wantedOf = (check: Check): string =>
  phrase(check, "wanted", { names: check.rule.takes.join(", "), results: listed(check.outputs) });

const isKnown = (check: Check, finding: Finding): boolean =>
  finding.convention || check.mistakes.some(({ name }) => name === finding.name);

function opening(check: Check, name: string, finding: Finding): string {
  const isSame = finding.name === found(check, "changes").name;
  const kind = finding.convention ? "convention" : isSame ? "same numbers" : "wrong";
  return phrase(check, kind, { name, label: check.label });
}

// The first result that differs to be seen, in numbers: the reader's, and the right one.
function inNumbers(check: Check, call: Call): string {
  const { outputs, rule } = check;
  const { equal } = nearness(check.tolerances);
  const right = run(rule);
  const random = check.probes.map((given) => ({ first: false, probe: given.map(toValues) }));
  random.sort((one, other) => sizeOf(one.probe) - sizeOf(other.probe));
  const plain = check.steps.map(({ first, given }) => ({ first, probe: given.map(toValues) }));
  for (const { first, probe } of [...plain, ...random]) {
    const outcome = call(probe);
    const wanted = right(probe);
    if (!isNumbers(outcome) || outcome.values.length !== wanted.length) continue;
    const [values] = oneForAll([outcome.values], [wanted]) as [Values[]];
    for (const [k, name] of outputs.entries()) {
      const [got, right] = [shown(values[k]!), shown(wanted[k]!)];
      if (got === right || equal(values[k]!, wanted[k]!)) continue;
      const kind = name !== "updates" ? "a state" : first ? "a step" : "updates";
      const given = rule.takes.map((name, place) => `${name} = ${shown(probe[place]!)}`).join(", ");
      return phrase(check, kind, { name, got, wanted: right, given });
    }
  }
  return "";
}
