// The words of a rule: Python's, with its lines and indents; and what to write for what a rule has not.

import { LARGEST } from "./arithmetic.ts";
import { AND, CHOICE, COMPARISON, MINUS, NOT, OR, POWER, PRODUCT, SUM } from "./expression.ts";
import type { Language } from "./expression.ts";
import { UNQUALIFIED } from "./functions.ts";
import { fraction, spell } from "./mending.ts";
import { characterAt, endsLine, matchAt, short, show, TextError, type Token } from "./scan.ts";

export const MODULES = ["np", "numpy", "math"];
const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for " +
    "from global if import in is lambda nonlocal not or pass raise return try while with yield __debug__"
  ).split(" "),
);

const ONE_STEP = "write what one call does to one coordinate; the lab repeats it";
const CHOOSE = "write a if c else b, or np.where(c, a, b)";
const NUMBERS_ONLY = "write ( ) to group, and give each number a name of its own";
const REMEMBER = "write what the rule remembers as its state, s_prev after grad and s after return";
const ALL_RUN = "leave it out; every line of a rule is run";
const HINTS = new Map([
  ["^", "write ** for a power"],
  ["//", "write / for a division"],
  ["%", "write what remains with + - * /"],
  ["@", "write * for a product"],
  [";", "write each statement on a line of its own"],
  [":=", "write the assignment on a line of its own"],
  ["[", NUMBERS_ONLY],
  ["]", NUMBERS_ONLY],
  ["{", NUMBERS_ONLY],
  ["}", NUMBERS_ONLY],
  [".", "write a function of it, as np.abs(x); a number has no attributes here"],
  ["&", "write and"],
  ["|", "write or"],
  ["~", "write not"],
  ["!", "write not, or != for unequal"],
  ["<>", "write !="],
  ["is", "write =="],
  ["in", "compare with < or =="],
  ["?", CHOOSE],
  ["if", CHOOSE],
  ["elif", CHOOSE],
  ["else", CHOOSE],
  ["for", ONE_STEP],
  ["while", ONE_STEP],
  ["break", ONE_STEP],
  ["continue", ONE_STEP],
  ["pass", ALL_RUN],
  ["assert", ALL_RUN],
  ["raise", ALL_RUN],
  ["try", ALL_RUN],
  ["del", ALL_RUN],
  ["global", REMEMBER],
  ["nonlocal", REMEMBER],
  ["yield", "write return"],
  ["lambda", "write the expression itself"],
  ["def", "write all of the rule in one def"],
  ["class", "write all of the rule in one def"],
  ["import", "only numpy and math can be imported, above def"],
  ["from", "only numpy and math can be imported, above def"],
  ["True", "write a comparison such as grad > 0"],
  ["False", "write a comparison such as grad < 0"],
  ["None", "write a number"],
  ["\\", "a backslash may only end a line"],
  ["π", "write np.pi"],
  ["≤", "write <="],
  ["≥", "write >="],
  ["≠", "write !="],
  ["“", 'write "'],
  ["”", 'write "'],
  ["‘", "write '"],
  ["’", "write '"],
  ["\u00a0", "write a space"],
]);
const ALONE = "each coordinate is stepped alone, so there is nothing to take together";
const NO_CHANCE = "leave chance out; a lab adds noise to the gradient";
const ALREADY = "every value is a number already: write what stands in its parentheses";

// What to write for a function that a rule has not, by its name or the last part of that.
const INSTEAD = new Map([
  ...["sum", "mean", "average", "norm", "dot", "matmul", "prod", "median", "std", "var"].map(
    (name) => [name, ALONE] as const,
  ),
  ...["array", "asarray", "float", "float64", "float32", "copy"].map((name) => [name, ALREADY] as const),
  ["zeros_like", "write 0.0"],
  ["zeros", "write 0.0"],
  ["ones_like", "write 1.0"],
  ["ones", "write 1.0"],
  ["np.max", "write np.maximum(a, b)"],
  ["np.min", "write np.minimum(a, b)"],
  ["print", "leave it out; the lab shows each value"],
  ["range", ONE_STEP],
  ...["random", "rand", "randn", "normal", "uniform"].map((name) => [name, NO_CHANCE] as const),
  ["logical_and", "write a and b"],
  ["logical_or", "write a or b"],
  ["logical_not", "write not a"],
]);
const NO_HINT = "write only assignments and a return";
const GREEK = (
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda_ mu nu xi omicron pi rho sigma sigma tau " +
  "upsilon phi chi psi omega"
).split(" "); // from α on

const SPACE = /(?:[ \t\f]|#[^\r\n]*|\\(?:\r\n|[\r\n])(?=[^]))*/y;
const SPACE_IN_BRACKETS = /(?:[ \t\f\r\n]|#[^\r\n]*|\\(?:\r\n|[\r\n])(?=[^]))*/y;
// Up to the next line that has more than a comment, with its indent.
const LINE = /(?:[ \t\f]*(?:#[^\r\n]*)?[\r\n])*([ \t\f]*)/y;
const NUMBER =
  /(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y; // np.sqrt is one
const PARENTHESIS = /[ \t]*\(/y;
const SIGN = /\*\*=|\/\/=|\.\.\.|->|:=|\*\*|\/\/|<=|>=|==|!=|<>|[-+*/%@&|^]=|[-+*/%@&|^~<>()[\]{},:.;=!]/y;
const QUOTES = /([A-Za-z]{0,2})("""|'''|"|')/y;
const STRINGS = new Map([
  ['"""', /"""(?:[^\\"]|\\[^]|"(?!""))*"""/y],
  ["'''", /'''(?:[^\\']|\\[^]|'(?!''))*'''/y],
  ['"', /"(?:[^\\"\r\n]|\\[^])*"/y],
  ["'", /'(?:[^\\'\r\n]|\\[^])*'/y],
]);

export class Python implements Language {
  private text: string;
  private begun = false;
  private brackets = 0; // how many are open

  constructor(text: string) {
    this.text = text;
  }

  // ---- words

  read = (from: number): Token => {
    const { text } = this;
    const space = this.brackets ? SPACE_IN_BRACKETS : SPACE;
    const at = this.begun ? from + matchAt(space, text, from)![0].length : 0;
    if (!this.begun || /[\r\n]/.test(text.charAt(at))) return this.line(at);
    if (at === text.length) return { kind: "end", word: "", at, end: at, value: null };
    return this.string(at) ?? this.number(at) ?? this.name(at) ?? this.sign(at);
  };

  // Its word is the indent of the line that begins.
  private line(at: number): Token {
    if (!this.begun) this.checkCharacters();
    this.begun = true;
    const [skipped, indent] = matchAt(LINE, this.text, at)!;
    const end = at + skipped.length;
    if (this.text.charAt(end) === "\\") throw this.foreign(this.signAt(end));
    return { kind: "line", word: indent!, at, end, value: null };
  }

  private string(at: number): Token | null {
    const [opening, prefix, quotes] = matchAt(QUOTES, this.text, at) ?? [];
    if (opening === undefined) return null;
    const token: Token = { kind: "string", word: opening, at, end: at, value: null };
    if (!/^[ru]?$/i.test(prefix!)) throw this.wrong(token, "is not part of a rule: write a plain docstring");
    const whole = matchAt(STRINGS.get(quotes!)!, this.text, at + prefix!.length);
    if (!whole) throw this.wrong(token, "is never closed");
    const escapes = /r/i.test(prefix!) ? [] : [...whole[0].matchAll(/\\([^])/g)];
    if (escapes.some(([, letter]) => "NuUx".includes(letter!))) {
      throw this.wrong(token, "begins text with a backslash: write r before the quotes");
    }
    return { ...token, end: at + opening.length - quotes!.length + whole[0].length };
  }

  private number(at: number): Token | null {
    const [word] = matchAt(NUMBER, this.text, at) ?? [];
    if (word === undefined) return null;
    const value = Number(word.replaceAll("_", ""));
    const token: Token = { kind: "operand", word, at, end: at + word.length, value };
    if (!Number.isFinite(value)) throw this.wrong(token, "is not finite");
    if (!isWhole(word)) return token;
    if (value > LARGEST) throw this.wrong(token, "is too long for a whole number: write it as in 1e20");
    if (value && word.startsWith("0")) throw this.wrong(token, `begins with 0: write ${value}`);
    return token;
  }

  private name(at: number): Token | null {
    const [word] = matchAt(NAME, this.text, at) ?? [];
    if (word === undefined) return null;
    const token: Token = { kind: "sign", word, at, end: at + word.length, value: null };
    if (!KEYWORDS.has(word)) {
      return { ...token, kind: matchAt(PARENTHESIS, this.text, token.end) ? "function" : "operand" };
    }
    if (/[0-9.]/.test(this.text.charAt(at - 1))) throw this.wrong(token, "needs a space before it");
    return token;
  }

  private sign(at: number): Token {
    const token = this.signAt(at);
    const { word } = token;
    if (!matchAt(SIGN, this.text, at)) throw this.foreign(token);
    if ("([{".includes(word)) this.brackets++;
    if (")]}".includes(word)) this.brackets = Math.max(0, this.brackets - 1);
    return token;
  }

  private signAt(at: number): Token {
    const [word] = matchAt(SIGN, this.text, at) ?? [characterAt(this.text, at)];
    return { kind: "sign", word, at, end: at + word.length, value: null };
  }

  // Python reads no text with these in it, be it in a comment.
  private checkCharacters(): void {
    const at = this.text.search(/\0|\p{Cs}/u);
    if (at >= 0) throw this.foreign(this.signAt(at));
  }

  // ---- order of operations

  closing = new Map([["(", ")"]]);
  separates = (): boolean => true;
  prefixes = new Map([
    ["-", MINUS],
    ["+", MINUS],
    ["not", NOT],
  ]);
  infixes = new Map([
    ["if", CHOICE],
    ["or", OR],
    ["and", AND],
    ...["<", "<=", ">", ">=", "==", "!="].map((sign) => [sign, COMPARISON] as const),
    ["+", SUM],
    ["-", SUM],
    ["*", PRODUCT],
    ["/", PRODUCT],
    ["**", POWER],
  ]);

  // ---- mistakes

  lineOf(at: number): number {
    return this.text.slice(0, at).split(/\r\n|\r|\n/).length;
  }

  named(token: Token): string {
    return `${endsLine(token) ? "the end of" : `${show(token.word)} in`} line ${this.lineOf(token.at)}`;
  }

  wrong(token: Token, what: string): TextError {
    return new TextError(`${this.named(token)} ${what}`, token.at);
  }

  // A line is over, and something is missing.
  ended(before: Token, missing: string): TextError {
    return new TextError(`the line ends after ${this.named(before)}: write ${missing}`, before.end);
  }

  noOperand(token: Token, before: Token | null): TextError {
    if (endsLine(token)) return this.ended(before!, "a number or a name after it");
    if (token.kind === "string") return this.wrong(token, "begins text: a rule is made of numbers");
    if (!this.allows(token)) return this.foreign(token);
    return this.wrong(token, "stands where a number or a name should");
  }

  noSign(token: Token, before: Token, opened: Token | undefined): TextError {
    if (opened && this.lineOf(token.at) > this.lineOf(before.at)) {
      const where = `before ${this.named(token)}`;
      return this.wrong(opened, `is not closed ${where}: write ) or an operator`);
    }
    if (token.kind === "operand" || token.kind === "function" || token.word === "(") {
      const product = `${short(before.word)}*${short(token.word)}`;
      return new TextError(`an operator is missing before ${this.named(token)}: write ${product}`, token.at);
    }
    if (token.word === "=") {
      const what = "has no name before it: write == to compare, and np.clip(x, 0, 1) without names";
      return this.wrong(token, what);
    }
    if (!this.allows(token)) return this.foreign(token);
    return this.wrong(token, opened ? "stands where ) should" : "stands where the line should end");
  }

  noParentheses(name: Token): TextError {
    return this.wrong(name, `needs parentheses: write ${name.word}(x)`);
  }

  checkCall(name: Token, next: Token): void {
    const full = fullName(name.word);
    const instead = INSTEAD.get(full) ?? INSTEAD.get(full.replace(/^.*\./, ""));
    if (instead !== undefined) throw this.wrong(name, `is not part of a rule: ${instead}`);
    if (isAttribute(name.word)) throw this.attribute(name);
    if (next.word === ")") throw this.wrong(name, "needs a value in its parentheses");
  }

  attribute(token: Token): TextError {
    const name = token.word.replace(/^.*\./, "");
    const known = UNQUALIFIED.includes(name) ? `write np.${name}(x)` : HINTS.get(".");
    return this.wrong(token, `is not part of a rule: ${known}`);
  }

  foreign(token: Token): TextError {
    const letters = /^[\p{L}\p{N}]/u.test(token.word) && !KEYWORDS.has(token.word);
    const word = /^\p{L}/u.test(token.word) ? token.word.normalize("NFKC") : token.word; // 𝛼 is α
    const name = GREEK[word.toLowerCase().codePointAt(0)! - "α".codePointAt(0)!];
    const spelled = letters ? "write names of a to z, A to Z, 0 to 9 and _" : NO_HINT;
    const hint = name === undefined ? spelled : `write its name, ${name}`;
    return this.wrong(token, `is not part of a rule: ${hintFor(word) ?? hint}`);
  }

  private allows({ word }: Token): boolean {
    const inPlace = word === "if" ? false : this.infixes.has(word) || this.prefixes.has(word);
    return inPlace || (hintFor(word) === undefined && !KEYWORDS.has(word));
  }
}

// For //= as for //; and ** 2 for ².
function hintFor(word: string): string | undefined {
  const plain = spell(word).text.trim().replace("^", "**");
  const written = fraction(word)?.join(" / ") ?? plain;
  const copied = written === word ? undefined : `write ${written || "a space, or leave it out"}`;
  return HINTS.get(word) ?? HINTS.get(word.replace(/(?<=.)=$/, "")) ?? copied;
}

export function fullName(word: string): string {
  return word.replace(/^numpy\./, "np.");
}

// Of something that a rule has: grad.shape, and not np.sqrt.
export function isAttribute(word: string): boolean {
  return word.includes(".") && !MODULES.some((module) => word.startsWith(`${module}.`));
}

// Whether a number is one of Python's whole ones, without point and exponent.
export function isWhole(word: string): boolean {
  return /^[0-9_]+$/.test(word);
}
