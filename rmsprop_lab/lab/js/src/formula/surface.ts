// A formula in x and y as a reader types it, (1-x)^2 + 100*(y - x^2)^2, as a tape, and another of its
// gradient. The same language, messages and order of operations as formula.py and gradient.py.

import type { Tape } from "../model/contract.ts";
import { ARGUMENTS, Differentiation, FUNCTIONS } from "./differentiation.ts";
import { Expressions, MINUS, POWER, PRODUCT, SUM } from "./expression.ts";
import type { Language, Node } from "./expression.ts";
import { Recording } from "./recording.ts";
import { characterAt, matchAt, short, show, TextError, Tokens } from "./scan.ts";
import type { Mistake, Token } from "./scan.ts";

const LONGEST = 200; // characters

const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);
const CHOICES = `choices: x, y, pi, e, numbers, + - * / ^ ( ), ${FUNCTIONS.join(", ")}`;
const HINTS = new Map([
  ["=", "write only what f(x, y) equals"],
  ["²", "write ^2"],
  ["³", "write ^3"],
  ["[", "write ("],
  ["]", "write )"],
]);

export function parseFormula(text: string): { value: Tape; grad: Tape } | Mistake {
  try {
    const recording = new Recording(ARGUMENTS);
    const { value, dx, dy } = new Differentiation(recording, notFinite).of(shapeOf(text));
    return { value: recording.tape([value]), grad: recording.tape([dx ?? 0, dy ?? 0]) };
  } catch (error) {
    if (error instanceof TextError) return { message: error.message, at: error.at };
    return { message: "this formula cannot be read", at: 0 }; // not known to happen
  }
}

function shapeOf(typed: string): Node {
  // Characters as a reader counts them, some of which are two of a string's.
  if (typed.length > 2 * LONGEST || [...typed].length > LONGEST) {
    throw new TextError(
      `character ${LONGEST + 1} is one too many: a formula has at most ${LONGEST}`,
      LONGEST,
    );
  }
  const text = typed.replaceAll("−", "-").replaceAll(/[·×]/g, "*");
  const expressions = new Expressions(new Tokens((at) => tokenAt(text, at)), LANGUAGE);
  const shape = expressions.expression();
  expressions.end("end");
  return shape;
}

// ---- its words ------------------------------------------------------------------------

const SPACE = /[ \t\n\r\u00a0]*/y;
const TOKEN =
  /((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|([A-Za-z_$][A-Za-z0-9_$]*)|(\*\*|[-+*/^()])/y;

function tokenAt(text: string, from: number): Token {
  const at = from + matchAt(SPACE, text, from)![0].length;
  if (at === text.length) return { kind: "end", word: "", at, end: at, value: null };
  const [word, number, name, sign] = matchAt(TOKEN, text, at) ?? [characterAt(text, at)];
  const token: Token = { kind: "sign", word, at, end: at + word.length, value: null };
  if (number) {
    const value = Number(word);
    if (!Number.isFinite(value)) throw wrong(token, "is not finite");
    return { ...token, kind: "operand", value };
  }
  if (name) {
    if ((FUNCTIONS as readonly string[]).includes(word)) return { ...token, kind: "function" };
    if (ARGUMENTS.includes(word) || CONSTANTS.has(word)) {
      return { ...token, kind: "operand", value: CONSTANTS.get(word) ?? null };
    }
    const hint = /^[xy]+$/.test(word) ? `: write ${short([...word].join("*"))}` : `; ${CHOICES}`;
    throw wrong(token, `is not known${hint}`);
  }
  if (sign) return token;
  const hint = HINTS.has(word) ? `: ${HINTS.get(word)}` : `; ${CHOICES}`;
  throw wrong(token, `is not part of a formula${hint}`);
}

const LANGUAGE: Language = {
  prefixes: new Map([["-", MINUS]]),
  infixes: new Map([
    ["+", SUM],
    ["-", SUM],
    ["*", PRODUCT],
    ["/", PRODUCT],
    ["^", POWER],
    ["**", POWER],
  ]),
  wrong,
  noOperand(token, before) {
    if (token.kind !== "end") return noOperand(token);
    if (!before) return new TextError("the formula is empty: write for example x^2 + 3*y^2", 0);
    return new TextError(`the formula ends after ${named(before)}; ${CHOICES}`, token.at);
  },
  noSign(token, before) {
    const product = `${short(before.word)}*${short(token.word)}`;
    return new TextError(`an operator is missing before ${named(token)}: write ${product}`, token.at);
  },
  noParentheses: (name) => wrong(name, `needs parentheses: write ${name.word}(x)`),
  checkCall(_, next) {
    if (next.word === ")") throw noOperand(next);
  },
};

function named({ word, at }: Token): string {
  return `${show(word)} at character ${at + 1}`;
}

function wrong(token: Token, what: string): TextError {
  return new TextError(`${named(token)} ${what}`, token.at);
}

function noOperand(token: Token): TextError {
  return wrong(token, `stands where a number or a name should; ${CHOICES}`);
}

function notFinite(begins: Token): TextError {
  return new TextError(`the constant that begins with ${named(begins)} is not finite`, begins.at);
}
