import assert from "node:assert/strict";
import { test } from "node:test";
import { mersenne } from "pure-rand/generator/mersenne";
import { parseFormula } from "./surface.ts";
import type { Tape } from "../model/contract.ts";
import { compile } from "../tape/building.ts";
import { checkTape } from "../tape/checked.ts";

// Nothing that was typed is in a tape: only known operations, places and numbers.
function good(text: string): { value: Tape; grad: Tape } {
  const parsed = parseFormula(text);
  assert.ok("value" in parsed, `${text}: ${JSON.stringify(parsed)}`);
  check(parsed);
  return parsed;
}

function check({ value, grad }: { value: Tape; grad: Tape }) {
  checkTape(value, 2, 1);
  checkTape(grad, 2, 2);
}

function at(text: string, x: number, y: number): number[] {
  const { value, grad } = good(text);
  return [...compile(value)(x, y), ...compile(grad)(x, y)];
}

function mistake(text: string): { message: string; at: number } {
  const parsed = parseFormula(text);
  assert.ok("message" in parsed, `${text} was taken`);
  return parsed;
}

test("value and gradient", () => {
  const { E, PI, abs, cbrt, cos, exp, log, sin, sqrt, tan, tanh } = Math;
  const [x, y] = [1.3, -0.7];
  const cases: [string, number[]][] = [
    ["x", [x, 1, 0]],
    ["3", [3, 0, 0]],
    ["x^2 + 3*y^2", [x * x + 3 * (y * y), 2 * x, 6 * y]],
    ["x*y", [x * y, y, x]],
    ["x/y", [x / y, 1 / y, -x / (y * y)]],
    ["x - y - 1", [x - y - 1, 1, -1]],
    ["sqrt(x)", [sqrt(x), 0.5 / sqrt(x), 0]],
    ["exp(x*y)", [exp(x * y), y * exp(x * y), x * exp(x * y)]],
    ["log(x)", [log(x), 1 / x, 0]],
    ["sin(y)", [sin(y), 0, cos(y)]],
    ["cos(y)", [cos(y), 0, -sin(y)]],
    ["tan(y)", [tan(y), 0, 1 + tan(y) ** 2]],
    ["tanh(y)", [tanh(y), 0, 1 - tanh(y) ** 2]],
    ["abs(y)", [abs(y), 0, -1]],
    ["|x*y|", [-x * y, -y, -x]],
    ["2*|x - |y||", [2 * (x + y), 2, 2]],
    ["cbrt(y)", [cbrt(y), 0, 1 / (3 * cbrt(y) ** 2)]],
    ["sign(y)*x", [-x, -1, 0]],
    ["max(x, y)", [x, 1, 0]],
    ["max(0, y, 3*y)", [0, 0, 0]],
    ["min(x, y^2, 5)", [y * y, 0, 2 * y]],
    ["ln(x) + LN(x)", [2 * log(x), 2 / x, 0]],
    ["X^2 + Pi*Y", [x * x + PI * y, 2 * x, PI]],
    ["x² + 10·y²", [x * x + 10 * (y * y), 2 * x, 20 * y]],
    ["x⁻² + e⁻ˣ", [x ** -2 + exp(-x), -2 * x ** -3 - exp(-x), 0]],
    ["√(x)÷2 − π", [sqrt(x) / 2 - PI, 0.25 / sqrt(x), 0]],
    ["z = x*y", [x * y, y, x]],
    [" f (x, y) := x - y", [x - y, 1, -1]],
    ["x^y", [x ** y, y * x ** (y - 1), x ** y * log(x)]],
    ["2^x", [2 ** x, 2 ** x * log(2), 0]],
    ["x^-1.5", [x ** -1.5, -1.5 * x ** -2.5, 0]],
    ["y^8", [y ** 8, 0, 8 * y ** 7]],
    ["y^9", [y ** 9, 0, 9 * y ** 8]],
    ["y^1 + y^0", [y + 1, 0, 1]],
    ["pi*x + e", [PI * x + E, PI, 0]],
    [".5*x + 1.*y + 2e1 + 1E-1", [0.5 * x + y + 20.1, 0.5, 1]],
    ["x − y", [x - y, 1, -1]],
    ["x·y×2", [2 * x * y, 2 * y, 2 * x]],
    ["\t( x )\n*\u00a0y ", [x * y, y, x]],
  ];
  for (const [text, expected] of cases) {
    at(text, x, y).forEach((number, k) => {
      assert.ok(abs(number - expected[k]!) <= 1e-14 * (1 + abs(expected[k]!)), `${text}: ${number}`);
    });
  }
});

test("precedence", () => {
  const same: [string, string][] = [
    ["-x^2", "-(x^2)"],
    ["-x**2*y", "(-(x^2))*y"],
    ["2^-x", "2^(-x)"],
    ["2^-x^2", "2^(-(x^2))"],
    ["--x", "x"],
    ["x--y", "x + y"],
    ["x*-y", "-(x*y)"],
    ["x^2^3", "x^8"],
    ["x**2^3", "x^8"],
    ["x - y - 2", "(x - y) - 2"],
    ["x - y + 2", "(x - y) + 2"],
    ["x/y/2", "(x/y)/2"],
    ["x/y*2", "(x/y)*2"],
    ["1 + x*y^2", "1 + (x*(y^2))"],
    ["-x*y + 1", "((-x)*y) + 1"],
    ["x^2*y", "(x^2)*y"],
    ["-sin(x)^2", "-((sin(x))^2)"],
  ];
  for (const [text, plain] of same) assert.deepEqual(at(text, 1.5, 2.25), at(plain, 1.5, 2.25), text);
  assert.deepEqual(at("(-x)^2", 3, 0), [9, 6, 0]);
  assert.deepEqual(at("-x^2", 3, 0), [-9, -6, 0]);
});

test("what occurs twice is computed once, what is not needed not at all", () => {
  const { value, grad } = good("x^2 + sin(x^2)");
  assert.deepEqual(value, {
    takes: ["x", "y"],
    lines: [
      ["multiply", 0, 0],
      ["sin", 2],
      ["add", 2, 3],
    ],
    returns: [4],
  });
  assert.equal(grad.lines.filter((line) => line.join() === "multiply,0,0").length, 1);
  const constant = good("3*x + y").grad;
  assert.deepEqual(constant.lines, [
    ["number", 3],
    ["number", 1],
  ]);
  assert.deepEqual(constant.returns, [2, 3]);
});

test("what is wrong, and where", () => {
  const cases: [string, number, string][] = [
    ["", 0, "empty"],
    ["  ", 0, "empty"],
    ["2x", 1, "“x” at character 2: write 2*x"],
    ["x y", 2, "“y” at character 3: write x*y"],
    ["(x)(y)", 3, "write )*("],
    ["x(y)", 1, "write x*("],
    ["x = 2", 2, "“=” at character 3 is not part of a formula: write only what f(x, y) equals"],
    ["x + ⅟", 4, "U+215F at character 5 is not part of a formula"],
    ["½x²", 1, "an operator is missing before “x” at character 2: write ½*x"],
    ["|x|y|", 3, "an operator is missing before “y” at character 4: write |*|y"],
    ["|x|+y|", 5, "“|” at character 6 closes nothing"],
    ["sin^2x", 0, "needs parentheses: write sin(x)^2"],
    ["x + z", 4, "at character 5, z is not known: x and y are"],
    ["x + z*w", 4, "“z” at character 5 is not known; choices: x, y, pi, e, numbers"],
    ["xy", 0, "write x*y"],
    ["Sinc(x)", 0, "“Sinc” at character 1 is not known; choices"],
    ["(|x)", 1, "“|” at character 2 is never closed"],
    ["|x", 0, "“|” at character 1 is never closed"],
    ["|x y|", 3, "an operator is missing before “y”"],
    ["max(x, (y, 2))", 9, "“,” at character 10 is not part of a formula; choices"],
    ["max(,)", 4, "“,” at character 5 stands where"],
    ["sin x", 0, "“sin” at character 1 needs parentheses: write sin(x)"],
    ["x + cos", 4, "“cos” at character 5 needs parentheses"],
    ["(x", 0, "“(” at character 1 is never closed"],
    ["x + (y", 4, "“(” at character 5 is never closed"],
    ["x)", 1, "“)” at character 2 closes nothing"],
    ["x + ", 4, "the formula ends after “+” at character 3"],
    ["()", 1, "“)” at character 2 stands where"],
    ["sin()", 4, "“)” at character 5 stands where"],
    ["x*/y", 2, "“/” at character 3 stands where"],
    ["+x", 0, "“+” at character 1 stands where"],
    ["1e999", 0, "“1e999” at character 1 is not finite"],
    ["x + 1/0", 4, "begins with “1” at character 5 is not finite"],
    ["x*log(0 - 1)", 2, "begins with “log” at character 3 is not finite"],
    ["10^400", 0, "not finite"],
    [`${"(".repeat(51)}x${")".repeat(51)}`, 50, "“(” at character 51 is nested too deep: at most 50"],
    ["1".repeat(201), 200, "character 201 is one too many: a formula has at most 200"],
    ["abc".repeat(66), 0, `“${"abc".repeat(8)}…” at character 1 is not known`],
    ["x\u0007", 1, "U+0007 at character 2"],
    ["x 😀", 2, "U+1F600 at character 3"],
    ["\ud800", 0, "U+D800"],
    ["😀".repeat(200), 0, "U+1F600 at character 1"],
    ["😀".repeat(201), 200, "character 201 is one too many"],
  ];
  for (const [text, place, part] of cases) {
    const { message, at } = mistake(text);
    assert.ok(message.includes(part), `${text}: ${message}`);
    assert.equal(at, place, text);
  }
  good(`${"(".repeat(50)}x${")".repeat(50)}`);
  good(`${"-".repeat(199)}x`);
  good(Array(100).fill("x").join("^"));
});

const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty(x)",
  'constructor.constructor("return process")()',
  "x.constructor",
  "x['constructor']",
  "this",
  "window.location",
  "Math.sqrt(x)",
  "true + null",
  "x ? y : 1",
  "x > y",
  "x == y",
  "x && y",
  "x || y",
  "x ?? y",
  "x & y | 1",
  "x << 2",
  "!x",
  "~x",
  "x % 2",
  "x, y",
  "x; y",
  "x\ny",
  "[x, y]",
  "{x: 1}",
  "x => x",
  "x = 1",
  "x++",
  "'x'",
  '"x"',
  "`x`",
  "`${x}`",
  "/x/g",
  "x // y",
  "x /* y */",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "x</script>",
  "&lt;",
  "\\u0078",
  "\\x78",
  "x\u2028y",
  "x\u202ey",
  "x\u0000",
  "ｘ",
  "𝑥𝑥",
  "Infinity",
  "NaN",
  "undefined",
  "arguments",
  "v1",
  "t0",
  "$",
  "_",
  "0x10",
  "0b1",
  "1_000",
  "1n",
  "1e",
  "1..2",
  ".",
  "eval(x)",
  "import(x)",
  "new Date()",
  "(".repeat(200),
  "x".repeat(1e6),
  "(".repeat(1e6),
];

test("nothing hostile gets in, and none takes long", () => {
  for (const text of HOSTILE) {
    const began = performance.now();
    mistake(text);
    assert.ok(performance.now() - began < 100, text.slice(0, 40));
  }
  for (const other of [undefined, null, 7, {}, ["x"]]) {
    assert.ok("message" in parseFormula(other as string));
  }
});

const PIECES = [
  ..."xxyy0123456789.eE+-*/^()() \t=<>[]{}'\"`$_;:,?!&|%#@~\\\n²−·×πé😀\u0000\u2028\ud800",
  "**",
  "sin(",
  "cos(",
  "exp(",
  "sqrt(",
  "log(",
  "abs(",
  "tanh(",
  "pi",
  "1e3",
  "constructor",
  "__proto__",
];
const SEEDS = ["x^2 + 3*y^2", "sin(x)*exp(-y/2)", "(1-x)^2 + 100*(y - x**2)**2", "x^-y^2 / (1 + abs(y))"];

test("any text gives programs in our words, or a mistake in it", () => {
  const random = mersenne(11);
  const below = (n: number) => (random.next() >>> 0) % n;
  const piece = () => PIECES[below(PIECES.length)];
  let taken = 0;
  let longest = 0;
  for (let k = 0; k < 10_000; k++) {
    let text: string;
    if (k % 2) {
      text = Array.from({ length: below(40) }, piece).join("");
    } else {
      text = SEEDS[below(SEEDS.length)]!;
      for (let change = below(3) + 1; change; change--) {
        const place = below(text.length + 1);
        text = text.slice(0, place) + (below(2) ? piece() : "") + text.slice(place + below(2));
      }
    }
    const parsed = parseFormula(text);
    if ("message" in parsed) {
      assert.ok(parsed.message && parsed.message !== "this formula cannot be read", text);
      assert.ok(parsed.at >= 0 && parsed.at <= text.length, text);
    } else {
      taken++;
      longest = Math.max(longest, parsed.value.lines.length + parsed.grad.lines.length);
      check(parsed);
      compile(parsed.value)(0.5, 0.5);
      compile(parsed.grad)(0.5, 0.5);
    }
  }
  assert.ok(taken > 1000, `${taken} were formulas`);
  assert.ok(longest < 1000, `one has ${longest} lines`); // work grows with its length alone
});
