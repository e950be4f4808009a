// An update rule as a reader writes it in the page, a def of Python's, as a tape. What is read is Python: the
// same text in Python gives the same bits, but for powers, exp and their kin, and for errors, where Python
// raises one and the page goes on with infinity or not a number, as NumPy does.

import type { Tape } from "../model/contract.ts";
import type { Value } from "./arithmetic.ts";
import { Evaluation, type Watch } from "./evaluation.ts";
import { Expressions, type Node } from "./expression.ts";
import { MODULES, Python } from "./python.ts";
import { endsLine, short, TextError, Tokens, type Mistake, type Token } from "./scan.ts";

export const LONGEST = 4_000; // characters
const MOST = 16; // arguments: each may bring a slider

export interface Given {
  name: string;
  default: number | null;
}

export interface Rule {
  name: string;
  takes: Given[]; // all arguments
  parameters: Given[]; // those before grad
  state: string[]; // those after it, without _prev
  tape: Tape; // takes all arguments, returns updates and state
  conditions: boolean[]; // which of these are True or False, which the tape has as 1 and 0
}

export interface RuleMistake extends Mistake {
  line: number; // from 1
}

export function parseRule(text: string, watch?: Watch): Rule | RuleMistake {
  try {
    if (text.length > LONGEST) {
      throw new TextError(`character ${LONGEST + 1} is one too many: a rule has at most ${LONGEST}`, LONGEST);
    }
    return new RuleReader(text, watch).rule();
  } catch (error) {
    if (!(error instanceof TextError)) return { message: "this rule cannot be read", at: 0, line: 1 }; // not known to happen
    const { message, at } = error;
    return { message, at, line: new Python(text).lineOf(at) };
  }
}

const EXAMPLE = "def sgd(learning_rate, grad): return learning_rate * grad";
const CHANGES = new Map([
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["/=", "/"],
  ["**=", "**"],
]);

interface Argument {
  token: Token;
  default: number | null;
}
type Meaning = Value | Meaning[]; // a number, or several in a tuple

class RuleReader {
  private python: Python;
  private tokens: Tokens;
  private expressions: Expressions;
  private imported = new Map<string, string>();
  private evaluation: Evaluation; // without arguments at first, for their defaults

  private watch: Watch | undefined;

  constructor(text: string, watch?: Watch) {
    this.watch = watch;
    this.python = new Python(text);
    this.tokens = new Tokens(this.python.read);
    this.expressions = new Expressions(this.tokens, this.python);
    this.evaluation = new Evaluation(this.python, [], this.imported);
  }

  rule(): Rule {
    this.toMargin();
    while (this.isAt("import") || this.isAt("from")) {
      this.import();
      this.expressions.end("line", "end");
      this.toMargin();
    }
    if (!this.isAt("def")) {
      throw this.wrong(this.here, `stands where def should: write for example ${EXAMPLE}`);
    }
    this.tokens.take();
    const name = this.name("the rule's name");
    const given = this.arguments();
    if (this.isAt("->")) this.annotation();
    this.need(":");
    const { takes, parameters, state } = roles(name, given, this.python);
    const names = takes.map((one) => one.name);
    this.evaluation = new Evaluation(this.python, names, this.imported, this.watch);
    const results = this.body(["updates", ...state]);
    const conditions = results.map(({ condition }) => condition);
    return { name: name.word, takes, parameters, state, tape: this.evaluation.tape(results), conditions };
  }

  // ---- above the body

  // To the next statement, which must not be indented.
  private toMargin(): void {
    const { word } = this.tokens.take();
    if (this.here.kind === "end") {
      throw new TextError(`the rule has no def: write for example ${EXAMPLE}`, this.here.at);
    }
    if (word) throw this.wrong(this.here, "is indented: move the rule to the left margin");
  }

  private import(): void {
    const whole = this.tokens.take().word === "import";
    const module = this.here;
    if (module.word !== "numpy" && module.word !== "math") throw this.missing("numpy or math");
    const short = module.word === "numpy" ? "np" : "math";
    this.tokens.take();
    if (whole) {
      if (!this.isAt("as")) return;
      this.tokens.take();
      this.need(short);
      return;
    }
    this.need("import");
    const brackets = this.isAt("(");
    if (brackets) this.tokens.take();
    do {
      const name = this.name("a function's name");
      this.evaluation.import(`${short}.${name.word}`, name);
      if (this.isAt("as")) throw this.wrong(this.here, `is not part of a rule: write ${name.word} alone`);
    } while (this.comma() && !this.isAt(")"));
    if (brackets) this.need(")");
  }

  private arguments(): Argument[] {
    this.need("(");
    const given: Argument[] = [];
    while (!this.isAt(")")) {
      const token = this.name("an argument's name");
      if (given.some((other) => other.token.word === token.word)) {
        throw this.wrong(token, "stands there twice: give each argument its own name");
      }
      if (given.length === MOST) {
        throw this.wrong(token, `is one argument too many: a rule takes at most ${MOST}`);
      }
      if (this.isAt(":")) this.annotation();
      given.push({ token, default: this.default(token, given.at(-1)) });
      if (!this.comma()) break;
    }
    this.need(")", ", or )");
    return given;
  }

  private default(name: Token, before: Argument | undefined): number | null {
    if (!this.isAt("=")) {
      if (before && before.default !== null) {
        const what = `needs a default, as ${before.token.word} before it has one; or write none`;
        throw this.wrong(name, what);
      }
      return null;
    }
    const sign = this.tokens.take();
    const { term } = this.evaluation.of(this.expressions.expression());
    if (typeof term !== "number") throw this.wrong(sign, "gives no number"); // there are no places yet
    return term;
  }

  // A type: float, np.ndarray, float | None, tuple[float, float]. It says nothing to the page.
  private annotation(): void {
    this.tokens.take(); // what stands before it
    const { kind, word } = this.here;
    if (kind !== "operand" && kind !== "string" && word !== "None" && word !== "...") {
      throw this.missing("a type such as float");
    }
    this.tokens.take();
    if (this.isAt("[")) {
      do this.annotation();
      while (this.isAt(","));
      this.need("]");
    }
    if (this.isAt("|")) this.annotation();
  }

  // ---- the body

  private body(wanted: string[]): Value[] {
    let results: Value[] | null = null;
    let indent: string | null = null; // null as long as all stands in the line of the def
    if (this.is("line")) indent = this.here.word;
    else if (!this.is("end")) results = this.statement(wanted);
    while (this.is("line")) {
      const { word } = this.tokens.take();
      if (this.is("end")) break;
      this.checkIndent(word, indent);
      if (results) throw this.wrong(this.here, "stands after return, where nothing is run: move it up");
      results = this.statement(wanted);
    }
    if (results) return results;
    throw new TextError(`the rule returns nothing: end it with return ${wanted.join(", ")}`, this.here.at);
  }

  private checkIndent(found: string, indent: string | null): void {
    if (found === indent && indent) return;
    if (indent === "") {
      throw this.wrong(this.here, "is not indented: write four spaces before what is in the def");
    }
    if (this.isAt("def")) throw this.python.foreign(this.here);
    if (!found) throw this.wrong(this.here, "stands outside the def: indent it like the lines above");
    if (indent === null) {
      throw this.wrong(this.here, "is indented: write it before its line's end or under def");
    }
    throw this.wrong(this.here, "is not indented like the lines above: give it the same spaces or tabs");
  }

  // The results, if it is a return.
  private statement(wanted: string[]): Value[] | null {
    const start = this.here;
    let results: Value[] | null = null;
    if (start.kind === "string") this.tokens.take();
    else if (start.word === "return") results = this.return(wanted);
    else this.assignment(start);
    this.expressions.end("line", "end");
    return results;
  }

  private return(wanted: string[]): Value[] {
    const token = this.tokens.take();
    const names = wanted.join(", ");
    if (endsLine(this.here)) throw this.python.ended(token, names);
    const shape = this.list();
    this.expressions.end("line", "end"); // what is no part of a rule is said before values are counted
    const parts = isTuple(shape) ? shape.parts : [shape];
    if (parts.length !== wanted.length) {
      const counts = `gives ${count(parts.length)}, and this rule returns ${count(wanted.length)}`;
      throw this.wrong(token, `${counts}: write return ${names}`);
    }
    if (parts.length === 1 && isTuple(shape)) {
      throw this.wrong(shape.token, `makes a tuple: write return ${names}`);
    }
    return parts.map((part) => this.evaluation.of(part));
  }

  private assignment(start: Token): void {
    const first = this.list();
    const change = CHANGES.get(this.here.word);
    if (change !== undefined) {
      const token = { ...this.tokens.take(), word: change };
      const value = this.expressions.expression();
      this.assign(first, this.evaluation.of({ token, parts: [first, value] }));
      return;
    }
    if (this.isAt(":") && this.isName(first.token)) {
      this.annotation();
      this.need("=", "= and a value");
      const value = this.list();
      this.expressions.end("line", "end");
      this.assign(first, this.meaning(value));
      return;
    }
    const lists = [first];
    while (this.isAt("=")) {
      this.tokens.take();
      lists.push(this.list());
    }
    this.expressions.end("line", "end");
    const value = this.meaning(lists.pop()!);
    if (!lists.length) {
      throw this.wrong(start, "begins what is neither named nor returned: write a name and = before it");
    }
    for (const target of lists) this.assign(target, value);
  }

  // An expression, or a tuple of some, with or without parentheses.
  private list(): Node {
    const first = this.expressions.expression();
    const token = this.here;
    if (token.word !== ",") return first;
    const parts = [first];
    while (this.comma() && !endsLine(this.here) && !this.isAt("=")) {
      parts.push(this.expressions.expression());
    }
    return { token, parts };
  }

  private meaning(node: Node): Meaning {
    return isTuple(node) ? node.parts.map((part) => this.meaning(part)) : this.evaluation.of(node);
  }

  private assign(target: Node, value: Meaning): void {
    const { token, parts } = target;
    if (!isTuple(target)) {
      if (parts.length || !this.isName(token)) {
        throw this.wrong(token, "cannot be given a value: write a name before =");
      }
      if (Array.isArray(value)) throw this.wrong(token, `gets ${count(value.length)}: write as many names`);
      this.evaluation.assign(token, value);
      return;
    }
    if (!Array.isArray(value)) {
      throw this.wrong(token, `makes ${count(parts.length)} of one number: write one name`);
    }
    if (value.length !== parts.length) {
      throw this.wrong(token, `gives ${count(value.length)} to ${parts.length} names: write as many`);
    }
    parts.forEach((part, k) => this.assign(part, value[k]!));
  }

  // ---- words

  private get here(): Token {
    return this.tokens.here;
  }

  private isAt(word: string): boolean {
    return this.here.word === word;
  }

  private is(kind: Token["kind"]): boolean {
    return this.here.kind === kind;
  }

  private wrong(token: Token, what: string): TextError {
    return this.python.wrong(token, what);
  }

  private need(word: string, what = word): void {
    if (!this.isAt(word)) throw this.missing(what);
    this.tokens.take();
  }

  private missing(what: string): TextError {
    const { here, before } = this.tokens;
    if (endsLine(this.here)) return this.python.ended(before!, what);
    return this.python.wrong(here, `stands where ${what} should`);
  }

  private comma(): boolean {
    const found = this.isAt(",");
    if (found) this.tokens.take();
    return found;
  }

  private name(what: string): Token {
    if (!this.isName(this.here)) throw this.missing(what);
    return this.tokens.take();
  }

  private isName({ kind, word, value }: Token): boolean {
    const named = (kind === "operand" || kind === "function") && value === null && !word.includes(".");
    return named && !MODULES.includes(word);
  }
}

// A comma or the parenthesis before it.
function isTuple({ token, parts }: Node): boolean {
  return parts.length > 0 && (token.word === "(" || token.word === ",");
}

function count(values: number): string {
  return values === 1 ? "1 value" : `${values} values`;
}

// What the arguments are: those before grad are hyper-parameters, those after it the state.
function roles(name: Token, given: Argument[], python: Python): Pick<Rule, "takes" | "parameters" | "state"> {
  const grad = given.findIndex(({ token }) => token.word === "grad");
  if (grad < 0) {
    throw python.wrong(
      name,
      "has no argument grad: write hyper-parameters, then grad, then state such as s_prev",
    );
  }
  for (const { token } of given.slice(0, grad)) {
    if (token.word.endsWith("_prev")) throw python.wrong(token, "is state by its name: write it after grad");
  }
  const state = given.slice(grad + 1).map(({ token }) => {
    const [state] = /^.+(?=_prev$)/.exec(token.word) ?? [];
    if (state === undefined) {
      const choice = `write ${short(token.word).replace(/^_prev$/, "s")}_prev, or write it before grad`;
      throw python.wrong(token, `stands after grad, where the state stands: ${choice}`);
    }
    return state;
  });
  const takes = given.map(({ token, default: value }) => ({ name: token.word, default: value }));
  return { takes, parameters: takes.slice(0, grad), state };
}
