// A formula in x and y as a reader types it, (1-x)^2 + 100*(y - x^2)^2, as a tape, and another of its
// gradient. The same language, messages and order of operations as formula.py and gradient.py.

import type { Tape } from "../model/contract.ts";
import { Differentiation } from "./differentiation.ts";
import { Expressions, MINUS, POWER, PRODUCT, SUM } from "./expression.ts";
import type { Language } from "./expression.ts";
import { called, FUNCTIONS, isKnown, meaning, NAME, names, namesIn, NUMBER, numberOf } from "./mending.ts";
import { partOf, piecesOf, powerAfter, productOf, spell, type Spelling } from "./mending.ts";
import { Recording } from "./recording.ts";
import { characterAt, matchAt, short, show, TextError, Tokens } from "./scan.ts";
import type { Mistake, Token } from "./scan.ts";

const LONGEST = 200; // characters

const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);
const CHOICES = `choices: x, y, pi, e, numbers, + - * / ^ ( ) | |, ${FUNCTIONS.join(", ")}`;

export interface FormulaMistake extends Mistake {
  suggestion: string; // the formula that was probably meant; "" where nobody can tell
}

interface Formula {
  value: Tape;
  grad: Tape;
}

export function parseFormula(text: string): Formula | FormulaMistake {
  try {
    return read(text).formula;
  } catch (error) {
    if (!(error instanceof TextError))
      return { message: "this formula cannot be read", at: 0, suggestion: "" }; // not known to happen
    const suggestion = suggest(error.mended);
    return { message: error.say(suggestion), at: error.at, suggestion };
  }
}

// One mistake is mended after the other, until none is left or one cannot be.
function suggest(mended: string | null): string {
  for (let k = 0; mended !== null && k < LONGEST; k++) {
    try {
      const { written } = read(mended, false);
      return written.length <= LONGEST ? written : "";
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      mended = error.mended;
    }
  }
  return "";
}

// A formula as tapes, and as one writes it.
function read(typed: string, limited = true): { formula: Formula; written: string } {
  // Characters as a reader counts them, some of which are two of a string's.
  if (limited && (typed.length > 2 * LONGEST || [...typed].length > LONGEST)) {
    throw new TextError(
      `character ${LONGEST + 1} is one too many: a formula has at most ${LONGEST}`,
      LONGEST,
    );
  }
  const language = new FormulaLanguage(spell(typed));
  const words: Token[] = [];
  const tokens = new Tokens((from) => {
    const token = language.read(from);
    words.push(token);
    return token;
  }, language.begins);
  const expressions = new Expressions(tokens, language);
  const shape = expressions.expression();
  expressions.end("end");
  const recording = new Recording(["x", "y"]);
  const { value, dx, dy } = new Differentiation(recording, language.notFinite).of(shape);
  return {
    formula: { value: recording.tape([value]), grad: recording.tape([dx ?? 0, dy ?? 0]) },
    written: write(words),
  };
}

// + and - between spaces, and all else without.
function write(words: Token[]): string {
  let [text, ended] = ["", false]; // whether an operand has
  for (const { kind, word } of words) {
    const plain = word === "**" ? "^" : meaning(word);
    text += ended && /[-+]/.test(plain) ? ` ${plain} ` : plain === "," ? ", " : plain;
    ended = kind === "operand" || word === ")" || (word === "|" && ended);
  }
  return text;
}

// ---- its words ------------------------------------------------------------------------

const SPACE = /[ \t\n\r\u00a0]*/y;
const TOKEN = new RegExp(String.raw`(${NUMBER})|(${NAME})|(\*\*|[-+*/^(),|])`, "y");

// (x) for [x]; x[0] and x[1] are two variables.
const rounded = (text: string) =>
  text
    .replace(/\b([A-Za-z])\[([0-9]+)\]/g, "$1$2")
    .replace(/[[{]/g, "(")
    .replace(/[\]}]/g, ")");

class FormulaLanguage implements Language {
  private spelling: Spelling;

  constructor(spelling: Spelling) {
    this.spelling = spelling;
  }

  get begins(): number {
    return this.spelling.begins;
  }

  read(from: number): Token {
    const { text } = this.spelling;
    const at = from + matchAt(SPACE, text, from)![0].length;
    if (at === text.length) return { kind: "end", word: "", at, end: at, value: null };
    const [word, number, name, sign] = matchAt(TOKEN, text, at) ?? [characterAt(text, at)];
    const token: Token = { kind: "sign", word, at, end: at + word.length, value: null };
    if (number) {
      const value = numberOf(word);
      if (!Number.isFinite(value)) throw this.wrong(token, "is not finite");
      return { ...token, kind: "operand", value };
    }
    if (name) {
      const known = meaning(word);
      if (FUNCTIONS.includes(known)) return { ...token, kind: "function" };
      const value = CONSTANTS.get(known) ?? null;
      if (value === null && known !== "x" && known !== "y") throw this.unknown(token);
      return { ...token, kind: "operand", value };
    }
    if (sign) return token;
    const isBracket = rounded(word) !== word;
    const write = isBracket ? rounded(word) : word === "=" && "only what f(x, y) equals";
    const hint = write ? `: write ${write}` : `; ${CHOICES}`;
    throw this.wrong(token, `is not part of a formula${hint}`, isBracket ? rounded(text) : null);
  }

  private unknown(token: Token): TextError {
    const { word, at } = token;
    const found = names(this.spelling);
    if (!found) return this.wrong(token, `is not known; ${CHOICES}`);
    const { strange, mended } = found;
    const own = piecesOf(word);
    if (own.every(isKnown)) return this.meant(token, "is not known", mended, own.length, productOf(own));
    const are = `${strange.join(" and ")} ${strange.length > 1 ? "are" : "is"} not known: x and y are`;
    return this.mistake(`at character ${this.place(at) + 1}, ${are}`, at, mended);
  }

  // ---- order of operations

  closing = new Map([
    ["(", ")"],
    ["|", "|"],
  ]);
  prefixes = new Map([["-", MINUS]]);
  infixes = new Map([
    ["+", SUM],
    ["-", SUM],
    ["*", PRODUCT],
    ["/", PRODUCT],
    ["^", POWER],
    ["**", POWER],
  ]);
  separates = (name: Token | undefined): boolean => /^m..$/i.test(name?.word ?? ""); // max and min

  // ---- mistakes

  private place = (at: number): number => this.spelling.places[at]!;

  private mistake(message: string, at: number, mended: string | null = null): TextError {
    return new TextError(message, this.place(at), mended);
  }

  private named({ word, at }: Token): string {
    return `${show(word)} at character ${this.place(at) + 1}`;
  }

  wrong(token: Token, what: string, mended: string | null = null): TextError {
    return this.mistake(`${this.named(token)} ${what}`, token.at, mended);
  }

  noOperand(token: Token, before: Token | null): TextError {
    if (token.kind !== "end") return this.wrong(token, `stands where a number or a name should; ${CHOICES}`);
    if (!before) return this.mistake("the formula is empty: write for example x^2 + 3*y^2", 0);
    return this.mistake(`the formula ends after ${this.named(before)}; ${CHOICES}`, token.at);
  }

  noSign(token: Token, before: Token): TextError {
    const { text } = this.spelling;
    const { word, at } = token;
    if (word === ",") {
      const decimal = /\d,\d/.test(text.slice(at - 1, at + 2));
      const mended = decimal ? `${text.slice(0, at)}.${text.slice(at + 1)}` : null;
      const hint = mended ? ": write a point, as in 0.5" : `; ${CHOICES}`;
      return this.wrong(token, `is not part of a formula${hint}`, mended);
    }
    const odd = text.split("|").length % 2 === 0;
    if (odd && word === "|" && !text.slice(token.end).includes("|"))
      return this.wrong(token, "closes nothing");
    const sign = odd && before.word === "|" ? "*|" : "*"; // in |x|y| the bar in the middle stands for two
    return this.mistake(
      `an operator is missing before ${this.named(token)}: write ${short(before.word)}${sign}${short(word)}`,
      at,
      text.slice(0, at) + sign + text.slice(at),
    );
  }

  noParentheses(name: Token): TextError {
    const { text } = this.spelling;
    const { word, end } = name;
    const power = powerAfter(text, end);
    return this.meant(name, "needs parentheses", called(text, end), 1, `${word}(x)`, power);
  }

  // A mistake in whose place the suggestion has some names, and what they are called with.
  private meant(
    token: Token,
    what: string,
    mended: string | null,
    count: number,
    otherwise: string,
    power = "",
  ): TextError {
    const { text, begins } = this.spelling;
    const before = namesIn(text.slice(begins, token.at)).length;
    const write = (suggestion: string) =>
      (suggestion ? partOf(suggestion, before, count) : otherwise) + power;
    return new TextError(`${this.named(token)} ${what}`, this.place(token.at), mended, write);
  }

  checkCall(_: Token, next: Token): void {
    if (next.word === ")") throw this.noOperand(next, null);
  }

  notFinite = (begins: Token): TextError =>
    this.mistake(`the constant that begins with ${this.named(begins)} is not finite`, begins.at);
}
