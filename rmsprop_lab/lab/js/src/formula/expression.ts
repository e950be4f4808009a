// The shape of an expression, in Python's order of operations. A formula and a rule are read by the same
// parser; each has its own signs, and its own words for a mistake.

import { endsLine, type TextError, type Token, type Tokens } from "./scan.ts";

const DEEPEST = 50; // parentheses in parentheses
const MOST = 500; // operands and signs before them, so that no text can exhaust the stack

// How tight a sign binds: in 1 + x*y the tighter times comes first.
export const CHOICE = 1; // a if c else b
export const OR = 2;
export const AND = 3;
export const NOT = 4;
export const COMPARISON = 5;
export const SUM = 6;
export const PRODUCT = 7;
export const MINUS = 8; // in front: -x**2 is -(x**2), and -x*y is (-x)*y
export const POWER = 9;

export interface Language {
  prefixes: ReadonlyMap<string, number>;
  infixes: ReadonlyMap<string, number>;
  closing: ReadonlyMap<string, string>; // by what opens one what closes it
  separates(called: Token | undefined): boolean; // whether commas may stand in its brackets
  // "“x” at character 3", in the language's words for a place, and what is wrong with it.
  wrong(token: Token, what: string): TextError;
  // `token` stands where a number or a name should.
  noOperand(token: Token, before: Token | null): TextError;
  // `token` stands after an operand and is no sign that goes on.
  noSign(token: Token, before: Token, opened: Token | undefined): TextError;
  noParentheses(name: Token): TextError;
  // `name` is called, and `next` follows its parenthesis: an error where that cannot be.
  checkCall(name: Token, next: Token): void;
}

// An operand has no parts; a sign in front has one, a sign between has two; a function has its
// arguments, “if” has [condition, then, otherwise], “(” the values of a tuple, “|” what stands between the bars. Comparisons in a row have
// one part more than signs.
export interface Node {
  token: Token;
  parts: Node[];
  signs?: Token[];
}

export class Expressions {
  private tokens: Tokens;
  private language: Language;
  private opened: Token[] = [];
  private count = 0;

  constructor(tokens: Tokens, language: Language) {
    this.tokens = tokens;
    this.language = language;
  }

  // From where the tokens are to the first that does not belong to it.
  expression(): Node {
    this.count = 0;
    return this.read(0);
  }

  // That nothing is left: only a word in `ends` may come next.
  end(...ends: Token["kind"][]): void {
    if (!ends.includes(this.tokens.here.kind)) throw this.misplaced();
  }

  // What comes next, up to a sign that binds no tighter than `loosest`.
  private read(loosest: number): Node {
    let left = this.first(loosest);
    for (;;) {
      const token = this.tokens.here;
      const tightness = this.language.infixes.get(token.word) ?? 0;
      if (tightness <= loosest) return left;
      if (tightness === CHOICE) left = this.choice(left);
      else if (tightness === COMPARISON) left = this.comparisons(left);
      else {
        this.tokens.take();
        // Powers group from the right, and a minus may stand in the exponent; all others from the left.
        left = { token, parts: [left, this.read(tightness === POWER ? PRODUCT : tightness)] };
      }
    }
  }

  private first(loosest: number): Node {
    const { language, tokens } = this;
    const token = tokens.here;
    if (++this.count > MOST) {
      throw language.wrong(token, "is one too many: give a part of this expression a name");
    }
    if (language.closing.has(token.word)) {
      const { parts, tuple } = this.inBrackets();
      return tuple || token.word === "|" ? { token, parts } : parts[0]!;
    }
    const tightness = language.prefixes.get(token.word) ?? 0;
    if (tightness > loosest) {
      tokens.take();
      return { token, parts: [this.read(tightness - 1)] };
    }
    if (token.kind === "operand") return { token: tokens.take(), parts: [] };
    if (token.kind === "function") {
      tokens.take();
      if (!this.isAt("(")) throw language.noParentheses(token);
      return { token, parts: this.inBrackets(token).parts };
    }
    if (token.word === ")" && !this.opened.length) throw language.wrong(token, "closes nothing");
    throw language.noOperand(token, tokens.before);
  }

  private inBrackets(called?: Token): { parts: Node[]; tuple: boolean } {
    const { language, tokens } = this;
    if (this.opened.push(tokens.here) > DEEPEST) {
      throw language.wrong(tokens.here, `is nested too deep: at most ${DEEPEST}`);
    }
    const closing = language.closing.get(tokens.take().word)!;
    if (called) language.checkCall(called, tokens.here);
    const parts = [this.read(0)];
    let tuple = false;
    while (this.isAt(",") && language.separates(called)) {
      tokens.take();
      tuple = true;
      if (!this.isAt(closing)) parts.push(this.read(0));
    }
    if (!this.isAt(closing)) throw this.misplaced();
    this.opened.pop();
    tokens.take();
    return { parts, tuple };
  }

  private choice(then: Node): Node {
    const { language, tokens } = this;
    const token = tokens.take();
    const condition = this.read(CHOICE);
    if (!this.isAt("else")) {
      const over = endsLine(tokens.here) || this.isAt(")") || this.isAt(",");
      throw over ? language.wrong(token, "has no else: write a if c else b") : this.misplaced();
    }
    tokens.take();
    return { token, parts: [condition, then, this.read(0)] };
  }

  private comparisons(left: Node): Node {
    const signs: Token[] = [];
    const parts = [left];
    while (this.language.infixes.get(this.tokens.here.word) === COMPARISON) {
      signs.push(this.tokens.take());
      parts.push(this.read(COMPARISON));
    }
    return { token: signs[0]!, parts, signs };
  }

  private isAt(word: string): boolean {
    return this.tokens.here.word === word;
  }

  private misplaced(): TextError {
    const { here, before } = this.tokens;
    const open = this.opened.at(-1);
    if (open && (here.kind === "end" || here.word === ")"))
      return this.language.wrong(open, "is never closed");
    if (here.word === ")") return this.language.wrong(here, "closes nothing");
    return this.language.noSign(here, before!, open);
  }
}
