// What was typed, word by word: the same for a formula and for a rule, each of which knows its own words.

// An operand is a number or a name; a function is a name before its parenthesis; the rest of a language's
// own words and characters are signs. A line ends a statement of a rule, and the end ends everything.
export interface Token {
  kind: "operand" | "function" | "sign" | "string" | "line" | "end";
  word: string;
  at: number; // its first character in the text, from 0
  end: number; // the character after it
  value: number | null; // of a number
}

export interface Mistake {
  message: string;
  at: number; // the character in question, from 0
}

// What is wrong with a text, and at which character.
export class TextError extends Error {
  at: number;
  mended: string | null; // the text with this one mistake mended
  // What to write instead, where that hangs on what is suggested, "" for nothing.
  private write: ((suggestion: string) => string) | undefined;
  constructor(
    message: string,
    at: number,
    mended: string | null = null,
    write?: (suggestion: string) => string,
  ) {
    super(message);
    this.at = at;
    this.mended = mended;
    this.write = write;
  }

  // The message that stands beside a suggestion.
  say(suggestion: string): string {
    return this.write ? `${this.message}: write ${short(this.write(suggestion))}` : this.message;
  }
}

// The words from left to right. One word ahead is read and no more, so that of two mistakes the first
// is named.
export class Tokens {
  here: Token;
  before: Token | null = null;
  private read: (at: number) => Token;

  constructor(read: (at: number) => Token, begins = 0) {
    this.read = read;
    this.here = read(begins);
  }

  take(): Token {
    const taken = this.here;
    this.before = taken;
    this.here = this.read(taken.end);
    return taken;
  }
}

export function endsLine({ kind }: Token): boolean {
  return kind === "line" || kind === "end";
}

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

export function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!);
}

export function short(word: string): string {
  return word.length <= 24 ? word : `${word.slice(0, 24)}…`;
}

// In quotes; what may not show, by its number.
export function show(word: string): string {
  if (/^[!-~\u00a1-\u1fff⅐-⅞↉]+$/.test(word)) return `“${short(word)}”`;
  return `U+${word.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
