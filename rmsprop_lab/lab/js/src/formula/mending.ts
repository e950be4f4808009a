// What people type for a formula, and what they mean by it. What is copied from a page is spelled in plain
// characters; a mistake comes with the text in which this one is mended. The twin of mending.py.

export const FUNCTIONS = "sqrt cbrt exp log sin cos tan tanh abs sign max min".split(" ");
const ALIASES = new Map([
  ["ln", "log"],
  ["sgn", "sign"],
]);

// The name that is looked up: in small letters, and log for ln.
export function meaning(name: string): string {
  const small = name.toLowerCase();
  return ALIASES.get(small) ?? small;
}

// A number in one character, as in 2½, and how numbers are written besides.
const FRACTION = "[¼-¾⅐-⅞↉]";
export const NUMBER = String.raw`[0-9]*${FRACTION}|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`;

// What a number is worth: 2.5 for 2½.
export function numberOf(word: string): number {
  const [above, below] = fraction(word) ?? [];
  return below === undefined ? Number(word) : Number(word.slice(0, -1)) + Number(above) / Number(below);
}

// The 1 and the 2 of 2½.
export const fraction = (word: string): string[] | undefined =>
  new RegExp(`${FRACTION}$`).exec(word)?.[0].normalize("NFKC").split("⁄");

// A name as a scanner finds it, and a variable among its letters, such as w or w_1.
const LETTER = "[A-Za-zα-ω]";
export const NAME = "[A-Za-zα-ω_$][A-Za-z0-9α-ω_$]*";
const NAMES = new RegExp(NAME, "g");
const VARIABLE = `${LETTER}(?:_?[0-9]+)?`;
const KNOWN = [...FUNCTIONS, ...ALIASES.keys()].sort((a, b) => b.length - a.length);
const CALLED = KNOWN.join("|");
const S = "[ \t\n\r\u00a0]*";
const POWER = String.raw`${S}(?:\^|\*\*)${S}`;
const HEAD = new RegExp(
  String.raw`^${S}(?![xyXY](?!${LETTER}))(${LETTER}+)${S}(?:\(${S}(${VARIABLE})${S}(?:,${S}(${VARIABLE})${S})?\)${S})?:?=(?!=)`,
);

// ---- what is copied from a page

// What stands higher, what lower, and what is a letter or a digit in another dress, as 𝑥.
const RUN = /([¹²³⁰-ⁿˣʸ]+)|([₀-₉])|([\u{1d400}-\u{1d7ff}])|[^]/gu;
const SPELLED = new Map(
  [
    ["-", "−–‒"],
    ["*", "·⋅×∙∗"],
    ["/", "÷∕⁄"],
    [" ", "\u2009\u202f\u200b\u2061\u2062"], // thin, or not seen at all
    [" pi ", "π"],
    [" sqrt ", "√"],
    [" cbrt ", "∛"],
  ].flatMap(([plain, signs]) => [...signs!].map((sign) => [sign, plain!])),
);

// A text in plain characters, x^2 for x².
export interface Spelling {
  text: string;
  places: number[]; // where each of its characters stood, and where the text ends
  begins: number; // after f(x, y) =
  takes: string[]; // what stands in the parentheses before that sign
}

export function spell(typed: string): Spelling {
  let text = ""; // with a space after a power: x²3 is not x^23
  const places: number[] = [];
  let place = 0; // as a reader counts: a character may be two of a string's
  for (const [one, high, low, dressed] of typed.matchAll(RUN)) {
    const found = dressed?.normalize("NFKC") ?? one;
    const plain = high ? `^${lowered(high)} ` : low ? lowered(low) : (SPELLED.get(found) ?? found);
    text += plain;
    places.push(...Array<number>(plain.length).fill(place));
    place += [...one].length;
  }
  const [head = "", name = "", ...takes] = HEAD.exec(text) ?? [];
  const isHead = !FUNCTIONS.includes(meaning(name)); // sin(x) = 1 is none
  return {
    text,
    places: [...places, place],
    begins: isHead ? head.length : 0,
    takes: isHead ? takes.filter(Boolean).map(meaning) : [],
  };
}

function lowered(raised: string): string {
  const text = raised.normalize("NFKC").replaceAll("−", "-");
  return /\D/.test(text) ? `(${text})` : text;
}

// ---- one mistake, mended

// What stands after a function's name without brackets: a power, and what it is taken of.
const AFTER = new RegExp(
  String.raw`^(?:${POWER}([0-9]+)(?![0-9]))?${S}(\((?:[^()]|\([^()]*\))*\)|(?:${S}(?:[0-9.]*${FRACTION}|[0-9.]+|(?!(?:${CALLED})\b)${NAME})(?:${POWER}[0-9]+)?)+)`,
);
const RAISED = new RegExp(`^${POWER}([0-9]*)`);
const TIGHT = new RegExp(String.raw`(?:${POWER}|(?:${CALLED})${S})$`); // before an exponent, or what is taken

// sin(x)^2 for sin^2(x) and sin^2 x, sin(2 x) for sin 2 x; `end` is that of the name.
export function called(text: string, end: number): string | null {
  const [all, power, argument] = AFTER.exec(text.slice(end)) ?? [];
  const rest = text.slice(end + (all?.length ?? 0));
  if (argument === undefined || (power && RAISED.test(rest))) return null;
  const whole = argument.startsWith("(") ? argument : `(${argument})`;
  return text.slice(0, end) + whole + (power ? `^${power}` : "") + rest;
}

// ^2 of a function's name that is raised, as in sin^2 x; "" of others.
export function powerAfter(text: string, end: number): string {
  const [, raised] = RAISED.exec(text.slice(end)) ?? [];
  return raised ? `^${raised}` : "";
}

// Functions, variables and constants.
export const namesIn = (text: string): RegExpExecArray[] => [...text.matchAll(NAMES)];

// Some names of a good formula with what stands between them, and all of a call.
export function partOf(formula: string, before: number, count: number): string {
  const names = namesIn(formula);
  const [first, last] = [names[before]!, names[before + count - 1]!];
  let ends = last.index + last[0].length;
  if (FUNCTIONS.includes(last[0])) ends++;
  const part = () => formula.slice(first.index, ends);
  while (part().split("(").length > part().split(")").length) ends++;
  return part();
}

// What names mean that are not known: products, powers, or x and y by other names, which are `strange`.
export function names({ text, begins, takes }: Spelling): { strange: string[]; mended: string } | null {
  const body = text.slice(begins);
  const found = body.match(NAMES)!.map(piecesOf);
  const variables = [...new Set([...takes, ...found.flat()])].filter((one) => isAxis(one) || !isKnown(one));
  const strange = variables.filter((name) => !isAxis(name));
  const meant = strange.includes("") ? null : meantBy(variables, strange);
  if (!meant) return null;
  const mended = body.replace(NAMES, (name, at: number) => {
    const pieces = piecesOf(name).map((piece) => meant.get(piece) ?? piece);
    const product = productOf(pieces);
    return pieces.length > 1 && TIGHT.test(body.slice(0, at)) ? `(${product})` : product; // e^xy is not e^x*y
  });
  return { strange, mended };
}

// What to write for each strange variable.
function meantBy(variables: string[], strange: string[]): Map<string, string> | null {
  const stems = new Set(strange.map((name) => name[0]!));
  const number = (name: string) => Number(name.replace(/._?/, ""));
  if ([...stems].every(isAxis) && stems.size === strange.length) {
    return new Map(strange.map((name) => [name, `${name[0]}^${number(name)}`])); // x2 + y2 was x² + y²
  }
  if (variables.length > 2) return null;
  const ordered = stems.size === 1 ? [...strange].sort((a, b) => number(a) - number(b)) : strange; // x2 - x1
  const free = ["x", "y"].filter((axis) => !variables.includes(axis));
  return new Map(ordered.map((name, k) => [name, free[k]!]));
}

// A name as a product of known words and of variables: xln is x and ln; [""] for one that is none, as asin.
export function piecesOf(name: string): string[] {
  const small = name.toLowerCase().replace(/_(?=\d)/g, "");
  const pieces = small.match(new RegExp(`${CALLED}|pi|${VARIABLE}|.`, "g"))!;
  const mixed = pieces.some((piece) => KNOWN.includes(piece)) && !pieces.every(isKnown);
  return mixed || pieces.some((piece) => /^[0-9_$]/.test(piece)) ? [""] : pieces;
}

const isAxis = (piece: string) => piece === "x" || piece === "y";
export const isKnown = (piece: string): boolean => ["x", "y", "e", "pi", ...KNOWN].includes(piece);

// x*ln, and sin x.
export const productOf = (pieces: string[]): string =>
  pieces
    .map((piece) => piece + (KNOWN.includes(piece) ? " " : "*"))
    .join("")
    .slice(0, -1);
