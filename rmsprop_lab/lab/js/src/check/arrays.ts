// What Python makes of a rule's text where the arguments are arrays. A rule's tape does not tell all of it: an if
// on an array raises an error, and s_prev *= rho changes the array of whoever calls.

import type { Node } from "../formula/expression.ts";
import type { Watch } from "../formula/evaluation.ts";
import type { parseRule, Rule, RuleMistake } from "../formula/rule.ts";
import type { Check } from "../model/contract.ts";
import { isArray, run, sizeOf, type Probe, type Values } from "./running.ts";

// Where Python takes a single number: the arguments of which it is made, and where that stands in the text.
interface Asked {
  how: "branch" | "math";
  of: Set<number>;
  at: number;
}

export interface Written {
  rule: Rule;
  text: string;
  asked: Asked[];
  changed: Set<number>; // arguments that are changed in place, if they are arrays
}

// What came of one call.
export interface Outcome {
  values: Values[];
  changed: number[]; // places of arguments
  conditions: boolean[]; // which results are True or False
  error: string;
}

// Whether its results can be compared with numbers.
export const isNumbers = ({ error, conditions }: Outcome): boolean => !error && !conditions.includes(true);

export type Call = (probe: Probe) => Outcome;

const BRANCHES = new Set(["if", "and", "or", "not"]); // a < b < c is an and, too
const ASKING = new Set(["min", "max"]);

export function read(text: string, parse: typeof parseRule): Written | RuleMistake {
  const asked: Asked[] = [];
  const changed = new Set<number>();
  const placeOf = new Map<Node, number>();
  const madeOf = new Map<number, Set<number>>(); // by place, the arguments
  const argumentsOf = (nodes: Node[]) =>
    new Set(nodes.flatMap((node) => [...(madeOf.get(placeOf.get(node)!) ?? [])]));
  const watch: Watch = (node, term, name) => {
    const { token, parts, signs } = node;
    const place = typeof term === "number" ? -1 : term.place;
    placeOf.set(node, place);
    if (place >= 0 && !madeOf.has(place)) {
      madeOf.set(place, parts.length > 0 ? argumentsOf(parts) : new Set([place]));
    }
    const ask = (how: Asked["how"], nodes: Node[]) =>
      asked.push({ how, of: argumentsOf(nodes), at: token.at });
    if (token.kind === "function") {
      if (name.startsWith("math.")) ask("math", parts);
      else if (ASKING.has(name)) ask("branch", parts);
    } else if (signs) {
      if (signs.length > 1) ask("branch", parts.slice(0, signs.length));
    } else if (BRANCHES.has(token.word)) ask("branch", parts.slice(0, 1));
    else if (token.end - token.at > token.word.length && parts.length > 1)
      changed.add(placeOf.get(parts[0]!)!); // *=
  };
  const rule = parse(text, watch);
  return "message" in rule ? rule : { rule, text, asked, changed };
}

const LONGEST = 300; // characters of an error that are repeated

// A call of the rule with its own arguments.
export function caller({ rule, text, asked, changed }: Written, check: Check): Call {
  const called = run(rule.tape);
  const lineAt = (at: number) => {
    const number = text.slice(0, at).split(/\r\n|\r|\n/).length;
    return `(line ${number}: ${text.split(/\r\n|\r|\n/)[number - 1]!.trim()})`;
  };
  return (probe) => {
    const arrays = [...probe.keys()].filter((place) => isArray(probe[place]!));
    const raising = asked.find(
      ({ how, of }) => arrays.some((place) => of.has(place)) && sizeOf(probe) >= check[how].least,
    );
    if (!raising) {
      const { conditions } = rule;
      const inPlace = arrays.filter((place) => changed.has(place));
      return { values: called(probe), changed: inPlace, conditions, error: "" };
    }
    const error = `${check[raising.how].error} ${lineAt(raising.at)}`.split(/\s+/).join(" ");
    return {
      values: [],
      changed: [],
      conditions: [],
      error: error.length > LONGEST ? `${error.slice(0, LONGEST - 1)}…` : error,
    };
  };
}
