import assert from "node:assert/strict";
import { test } from "node:test";
import { mersenne } from "pure-rand/generator/mersenne";
import { compile } from "../tape/building.ts";
import { checkTape } from "../tape/checked.ts";
import { parseRule, type Rule } from "./rule.ts";

const RMSPROP = `import numpy as np


def rmsprop(learning_rate, rho, epsilon, grad, s_prev):
    """Divide the gradient by the root of its running mean square."""
    s = rho * s_prev + (1 - rho) * grad * grad  # a comment
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s
`;

function good(text: string): Rule {
  const parsed = parseRule(text);
  assert.ok("tape" in parsed, `${text}: ${JSON.stringify(parsed)}`);
  // Nothing that was typed is in a tape: only known operations, places and numbers.
  checkTape(parsed.tape, parsed.tape.takes.length, 1 + parsed.state.length);
  return parsed;
}

// What a rule gives for grad and x_prev, when its body is these lines.
function results(body: string, grad: number, x: number): number[] {
  const lines = body.split("\n").map((line) => `    ${line}\n`);
  return compile(good(`def rule(grad, x_prev):\n${lines.join("")}`).tape)(grad, x);
}

function value(expression: string, grad = 3, x = -2): number {
  return results(`return ${expression}, 0`, grad, x)[0]!;
}

test("a rule is its name, its arguments and its tape", () => {
  const named = (...names: string[]) => names.map((name) => ({ name, default: null }));
  assert.deepEqual(good(RMSPROP), {
    name: "rmsprop",
    takes: named("learning_rate", "rho", "epsilon", "grad", "s_prev"),
    parameters: named("learning_rate", "rho", "epsilon"),
    state: ["s"],
    tape: {
      takes: ["learning_rate", "rho", "epsilon", "grad", "s_prev"],
      lines: [
        ["multiply", 1, 4],
        ["number", 1],
        ["subtract", 6, 1],
        ["multiply", 7, 3],
        ["multiply", 8, 3],
        ["add", 5, 9],
        ["multiply", 0, 3],
        ["sqrt", 10],
        ["add", 12, 2],
        ["divide", 11, 13],
      ],
      returns: [14, 10],
      names: { s: 10, updates: 14 },
    },
    conditions: [false, false],
  });
});

test("a listener is told of each expression, and what it stands for", () => {
  const told: string[] = [];
  parseRule("from math import sqrt\ndef f(a, grad): return sqrt(a) * grad", (node, term, name) => {
    told.push(`${node.token.word} ${typeof term === "number" ? term : term.place} ${name}`);
  });
  assert.deepEqual(told, ["a 0 np.a", "sqrt 2 math.sqrt", "grad 1 np.grad", "* 3 np.*"]);
});

test("ways to write a rule", () => {
  const ways = [
    "def sgd(rate, grad): return rate * grad",
    "def sgd(rate, grad): return (rate * grad)  # short",
    "\n# first\n\ndef sgd(rate,grad):\n  # second\n\n  return rate*grad",
    "import math\nimport numpy\nfrom math import sqrt, pi\nfrom numpy import (exp, where,)\n\ndef sgd(rate, grad):\n\treturn rate*grad\n\t# end\n",
    "def sgd(\n    rate,\n    grad,  # why\n):\n    return (\n        rate\n        # times\n        * grad\n    )\n",
    "def sgd(rate: float, grad: np.ndarray | None) -> tuple[np.ndarray, ...]:\n    return rate * grad",
    "def sgd(rate: 'a number', grad: Alike) -> 'Alike':\n    \"Short.\"\n    return rate * grad",
    'def sgd(rate, grad):\n    r"""Long: \\x, "quoted".\n\n  Any indent.\n"""\n    return rate * grad',
    "def sgd(rate, grad):\n    '''It''s.'''\n    updates: float = rate * grad\n    return updates",
    "def sgd(rate, grad):\n    updates = \\\n  rate * grad\n    return updates",
    "def sgd(rate, grad):\r\n    updates = rate\r\n    updates *= grad\r\n    return updates\r\n",
    "def sgd(rate, grad):\n    rate, g = (grad, rate)\n    return g * rate",
    "def sgd(rate, grad):\n    a = b = rate\n    (c), = b,\n    return c * grad",
    "def sgd(rate, grad):\n    (a, (b, c)) = grad, (rate, 1)\n    return b * (a / c)",
  ];
  for (const way of ways) {
    const { name, state, tape } = good(way);
    const { names, ...program } = tape;
    assert.deepEqual([name, state], ["sgd", []], way);
    assert.ok(
      Object.values(names!).every((place) => place === 2),
      way,
    );
    assert.deepEqual(program, { takes: ["rate", "grad"], lines: [["multiply", 0, 1]], returns: [2] }, way);
  }
  const { parameters } = good("def f(a=1_0, b=-.5e1, c=1 / 4, grad=0, s_prev=1.): return grad, s_prev");
  assert.deepEqual(
    parameters.map((parameter) => parameter.default),
    [10, -5, 0.25],
  );
});

test("Python's order of operations", () => {
  const same: [string, string][] = [
    ["-grad**2", "-(grad**2)"],
    ["2**-grad**2", "2**(-(grad**2))"],
    ["-grad*x_prev", "(-grad)*x_prev"],
    ["grad - x_prev - 1", "(grad - x_prev) - 1"],
    ["grad / x_prev * 7", "(grad / x_prev) * 7"],
    ["1 + grad * x_prev**2", "1 + (grad * (x_prev**2))"],
    ["+-+grad", "-grad"],
    ["grad**2**3", "grad**8"],
    ["1 + grad if grad > 2 else 5", "(1 + grad) if (grad > 2) else 5"],
    ["1 if grad < 0 else 2 if x_prev < 0 else 3", "1 if grad < 0 else (2 if x_prev < 0 else 3)"],
    [
      "1.0 * (not grad < 1 and x_prev > 1 or grad == 3)",
      "1.0 * (((not (grad < 1)) and (x_prev > 1)) or (grad == 3))",
    ],
    ["1.0 * (1 < grad + 1 < 5)", "1.0 * ((1 < (grad + 1)) and ((grad + 1) < 5))"],
  ];
  for (const [text, plain] of same) assert.equal(value(text), value(plain), text);
});

test("the functions, by all their names", () => {
  const cases: [string, number][] = [
    ["np.sqrt(grad) + numpy.sqrt(grad) + math.sqrt(grad) + sqrt(grad)", 4 * Math.sqrt(3)],
    ["abs(x_prev) + np.abs(x_prev) + np.absolute(x_prev) + np.fabs(x_prev) + math.fabs(x_prev)", 10],
    ["np.sign(x_prev)", -1],
    ["np.square(x_prev)", 4],
    ["np.power(x_prev, 3) + pow(x_prev, 3) + math.pow(x_prev, 3)", -24],
    ["np.minimum(grad, x_prev) + np.maximum(grad, 1)", 1],
    ["np.clip(grad, -1, 1)", 1],
    ["np.where(grad > 2, x_prev, 0)", -2],
    ["min(grad, 5, x_prev) * max(0, grad)", -6],
    ["np.exp(0) + np.log(1) + np.sin(0) + np.cos(0) + np.tan(0) + np.tanh(0)", 2],
    ["np.pi - math.pi + math.e - np.e", 0],
    ["1_000 * 1e-3 + .5 + 2.", 3.5],
    ["7 / 2 - 1 / 4", 3.25],
    ["10**-8", 1e-8],
    ["0**0 + (-1)**101 + 2**53 / 2**53", 1],
    ["grad and 7", 7],
    ["(grad > 5) * 1.0 or 4", 4],
  ];
  for (const [text, expected] of cases) assert.equal(value(text), expected, text);
});

test("names are given again, exchanged and changed", () => {
  assert.deepEqual(results("a, b = grad, x_prev\na, b = b, a\nreturn a, b", 1, 2), [2, 1]);
  assert.deepEqual(results("a, a = grad, x_prev\nreturn a, a", 1, 2), [2, 2]);
  assert.deepEqual(
    results("grad += 1\ngrad *= grad\ngrad -= x_prev\ngrad /= 2\nreturn grad, grad", 3, 2),
    [7, 7],
  );
  assert.deepEqual(results("sign = np.sign(grad)\nsign **= 2\nreturn sign, 1", -3, 0), [1, 1]);
});

test("minus 0, and what is not a number, as in Python", () => {
  const cases: [string, number, number][] = [
    ["max(grad, x_prev)", NaN, NaN], // Python's own keep the first of what cannot be compared
    ["max(x_prev, grad)", NaN, 1],
    ["min(x_prev, grad)", NaN, 1],
    ["np.maximum(x_prev, grad)", NaN, NaN],
    ["min(0.0, grad)", -0, 0], // and the first of equals
    ["np.minimum(0.0, grad)", -0, -0],
    ["-grad", 0, -0],
    ["-0 * grad", 1, 0], // there is no whole -0
    ["-0.0 * grad", 1, -0],
    ["-max(0, grad)", -1, 0],
    ["-max(0.0, grad)", -1, -0],
    ["-max(0, grad)", 0.5, -0.5],
    ["-(0 if grad else 1.5)", 7, 0],
    ["-(0.0 if grad else 1)", 7, -0],
    ["-np.where(grad, 0, 1.5)", 7, -0],
    ["(grad > 1) * -1", 0, 0],
    ["(grad > 1) * -1.0", 0, -0],
    ["1 if grad else 2", NaN, 1],
    ["1.0 * (not grad)", NaN, 0],
    ["1 if grad != grad else 2", NaN, 1],
  ];
  for (const [text, grad, expected] of cases) assert.ok(Object.is(value(text, grad, 1), expected), text);
});

// ▲ stands before the character at which the mistake is.
const MISTAKES: [string, string][] = [
  ["▲", "the rule has no def: write for example def sgd(learning_rate, grad): return learning_rate * grad"],
  ["# soon\n▲", "the rule has no def"],
  ["▲s = 3", "“s” in line 1 stands where def should: write for example def sgd("],
  ["▲@jit\ndef f(grad): return grad", "“@” in line 1 stands where def should"],
  ["  ▲def f(grad): return grad", "“def” in line 1 is indented: move the rule to the left margin"],
  ["import ▲os", "“os” in line 1 stands where numpy or math should"],
  ["import numpy as ▲n", "“n” in line 1 stands where np should"],
  [
    "from math import ▲gamma\n",
    "“math.gamma” in line 1 is not known; choices: math.sqrt, math.cbrt, math.exp",
  ],
  // half-typed
  ["def▲", "the line ends after “def” in line 1: write the rule's name"],
  ["def f▲", "the line ends after “f” in line 1: write ("],
  ["def f(▲", "write an argument's name"],
  ["def f(grad▲", "the line ends after “grad” in line 1: write , or )"],
  ["def f(grad)▲", "write :"],
  ["def f(grad):▲", "the rule returns nothing: end it with return updates"],
  ["def f(grad, s_prev):\n    s = 3\n▲", "the rule returns nothing: end it with return updates, s"],
  ["def f(grad):\n    return▲", "the line ends after “return” in line 2: write updates"],
  [
    "def f(grad):\n    return grad *▲\n",
    "the line ends after “*” in line 2: write a number or a name after it",
  ],
  ["def f(grad):\n    s =▲", "the line ends after “=” in line 2"],
  ["def f(grad):\n    s = ▲(grad", "“(” in line 2 is never closed"],
  ["def f(grad):\n    s = ▲(grad\n    return s", "“(” in line 2 is not closed before “return” in line 3"],
  ["def f(grad): return grad▲)", "“)” in line 1 closes nothing"],
  ['def f(grad):\n    ▲"""Doc', '“"""” in line 2 is never closed'],
  ["def f(grad): return 1 ▲if grad", "“if” in line 1 has no else: write a if c else b"],
  // arguments
  [
    "def ▲f(g): return g",
    "“f” in line 1 has no argument grad: write hyper-parameters, then grad, then state",
  ],
  ["def f(▲s_prev, grad): return grad", "is state by its name: write it after grad"],
  [
    "def f(grad, ▲rho): return grad",
    "“rho” in line 1 stands after grad, where the state stands: write rho_prev",
  ],
  ["def f(grad, ▲_prev): return grad", "write s_prev, or write it before grad"],
  ["def f(a, ▲a, grad): return grad", "“a” in line 1 stands there twice"],
  [
    "def f(a=1, ▲grad): return grad",
    "“grad” in line 1 needs a default, as a before it has one; or write none",
  ],
  ["def f(a=▲b, grad=0): return grad", "“b” in line 1 stands where a number should"],
  ["def f(▲*a, grad): return grad", "“*” in line 1 stands where an argument's name should"],
  ["def f(▲np, grad): return grad", "“np” in line 1 stands where an argument's name should"],
  ["def f(▲lambda, grad): return grad", "“lambda” in line 1 stands where an argument's name should"],
  ["def f(grad: 3 ▲3): return grad", "“3” in line 1 stands where , or ) should"],
  ["def f(grad: ▲[int]): return grad", "“[” in line 1 stands where a type such as float should"],
  // lines
  ["def f(grad):\n▲return grad", "“return” in line 2 is not indented: write four spaces"],
  ["def f(grad):\n  s = 1\n    ▲return s", "“return” in line 3 is not indented like the lines above"],
  ["def f(grad):\n    s = 1\n\t▲return s", "give it the same spaces or tabs"],
  ["def f(grad):\n  s = 1\n▲return s", "“return” in line 3 stands outside the def"],
  ["def f(grad): s = 1\n  ▲return s", "“return” in line 2 is indented"],
  ["def f(grad):\n  return 1\n  ▲s = 2", "“s” in line 3 stands after return, where nothing is run"],
  [
    "def f(grad):\n  return 1\n▲def g(grad): return 2",
    "“def” in line 3 is not part of a rule: write all of the rule in one def",
  ],
  [
    "def f(grad):\n  s = 1▲; return s",
    "“;” in line 2 is not part of a rule: write each statement on a line of its own",
  ],
  [
    "def f(grad):\n  return grad ▲\\ # on",
    "“\\” in line 2 is not part of a rule: a backslash may only end a line",
  ],
  // results
  [
    "def f(grad, s_prev):\n  return grad ▲// 2, s_prev",
    "“//” in line 2 is not part of a rule: write / for a division",
  ],
  [
    "def f(grad, s_prev): ▲return grad",
    "“return” in line 1 gives 1 value, and this rule returns 2 values: write return updates, s",
  ],
  ["def f(grad): ▲return grad, 1", "gives 2 values, and this rule returns 1 value: write return updates"],
  ["def f(grad): return grad▲,", "“,” in line 1 makes a tuple: write return updates"],
  ["def f(grad): ▲return ((grad, 1))", "gives 2 values"],
  ["def f(grad, s_prev): return grad, ▲(1, 2)", "makes several values where one number should stand"],
  // assignments
  ["def f(grad):\n  ▲grad * 2", "“grad” in line 2 begins what is neither named nor returned"],
  ["def f(grad):\n  ▲3 = grad", "“3” in line 2 cannot be given a value: write a name before ="],
  ["def f(grad):\n  grad ▲+ 1 = 2", "cannot be given a value"],
  ["def f(grad):\n  ▲self.s = 2", "cannot be given a value"],
  ["def f(grad):\n  ▲a = 1, 2", "“a” in line 2 gets 2 values: write as many names"],
  ["def f(grad):\n  a▲, b = 1", "makes 2 values of one number"],
  ["def f(grad):\n  a▲, b = 1, 2, 3", "gives 3 values to 2 names"],
  ["def f(grad):\n  ▲s += 1", "“s” in line 2 is not known here; choices: grad"],
  ["def f(grad):\n  s ▲//= 2", "“//=” in line 2 is not part of a rule: write / for a division"],
  [
    "def f(grad):\n  a = sqrt(grad)\n  ▲sqrt = 2",
    "“sqrt” in line 3 has another meaning above: give this value a name of its own",
  ],
  ["def f(grad):\n  s: float▲", "the line ends after “float” in line 2: write = and a value"],
  ["def f(grad):\n  s: float = t ▲= 2", "“=” in line 2 has no name before it"],
  ["def f(grad):\n  s, t▲: float = 1, 2", "“:” in line 2 stands where the line should end"],
  ["def f(grad):\n  ▲np = 1", "cannot be given a value"],
  // names
  ["def f(rho, grad): return ▲rate", "“rate” in line 1 is not known here; choices: rho, grad"],
  [
    "def f(grad): return ▲np.cosh(grad)",
    "“np.cosh” in line 1 is not known; choices: np.sqrt, np.cbrt, np.exp",
  ],
  ["def f(grad): return ▲math.sign(grad)", "“math.sign” in line 1 is not known; choices: math.sqrt"],
  ["def f(grad): return ▲sqrt", "“sqrt” in line 1 needs parentheses: write sqrt(x)"],
  ["def f(grad): return ▲sqrt(1, 2)", "“sqrt” in line 1 takes 1 value, not 2: write sqrt(x)"],
  ["def f(grad): return ▲np.where(grad)", "takes 3 values, not 1: write np.where(condition, a, b)"],
  ["def f(grad): return ▲max(grad)", "“max” in line 1 takes 2 or more values, not 1: write max(a, b, ...)"],
  ["def f(grad): return ▲np.sqrt()", "“np.sqrt” in line 1 needs a value in its parentheses"],
  ["def f(grad): return ▲grad(2)", "“grad” in line 1 is a number, not a function: write grad * ("],
  ["def f(grad): return ▲f(grad)", "“f” in line 1 is not known"],
  ["def f(grad): return ▲e", "“e” in line 1 is not known here"],
  ["def f(grad): return ▲np.inf", "“np.inf” in line 1 is not known; choices"],
  // what a rule has not
  [
    "def f(grad):\n  ▲for g in grad:",
    "“for” in line 2 is not part of a rule: write what one call does to one coordinate",
  ],
  ["def f(grad):\n  ▲while 1:", "“while” in line 2 is not part of a rule: write what one call does"],
  [
    "def f(grad):\n  ▲if grad > 0:",
    "“if” in line 2 is not part of a rule: write a if c else b, or np.where(c, a, b)",
  ],
  [
    "def f(grad):\n  ▲def g(): return 1",
    "“def” in line 2 is not part of a rule: write all of the rule in one def",
  ],
  [
    "def f(grad):\n  ▲import numpy",
    "“import” in line 2 is not part of a rule: only numpy and math can be imported, above def",
  ],
  [
    "def f(grad):\n  ▲global s",
    "“global” in line 2 is not part of a rule: write what the rule remembers as its state",
  ],
  ["def f(grad):\n  ▲print(grad)", "“print” in line 2 is not part of a rule: leave it out"],
  [
    "def f(grad): return ▲lambda x: x",
    "“lambda” in line 1 is not part of a rule: write the expression itself",
  ],
  ["def f(grad): return ▲np.mean(grad)", "each coordinate is stepped alone"],
  ["def f(grad): return ▲np.linalg.norm(grad)", "each coordinate is stepped alone"],
  ["def f(grad): return ▲np.zeros_like(grad)", "write 0.0"],
  ["def f(grad): return ▲np.array(grad, dtype=float)", "every value is a number already"],
  ["def f(grad): return ▲grad.item()", "write a function of it, as np.abs(x); a number has no attributes"],
  ["def f(grad): return ▲grad.shape", "write a function of it, as np.abs(x); a number has no attributes"],
  ["def f(grad): return (grad)▲.real", "write a function of it, as np.abs(x)"],
  ["def f(grad): return ▲grad.clip(0, 1)", "“grad.clip” in line 1 is not part of a rule: write np.clip(x)"],
  ["def f(grad): return ▲torch.sqrt(grad)", "write np.sqrt(x)"],
  ["def f(grad): return ▲np.random.normal()", "leave chance out; a lab adds noise to the gradient"],
  ["from numpy import sqrt ▲as root\ndef f(grad): return grad", "write sqrt alone"],
  ["def f(grad):\n  s = ▲[1, grad]", "“[” in line 2 is not part of a rule: write ( ) to group"],
  ["def f(grad):\n  ▲pass\n  return grad", "“pass” in line 2 is not part of a rule: leave it out"],
  ["def f(grad):\n  ▲try:", "leave it out; every line of a rule is run"],
  ["def f(grad):\n  ▲with grad:", "write only assignments and a return"],
  ["def f(grad):\n  s = ▲λ * grad", "“λ” in line 2 is not part of a rule: write its name, lambda_"],
  ["def f(grad):\n  ▲Ωs = grad", "“Ω” in line 2 is not part of a rule: write its name, omega"],
  ["def f(grad):\n  s = ▲𝛽 * grad", "write its name, beta"],
  ["def f(grad):\n  gr▲öße = grad", "“ö” in line 2 is not part of a rule: write names of a to z"],
  ["def f(grad): return ▲½ * grad", "“½” in line 1 is not part of a rule: write 1 / 2"],
  [
    "def f(grad): return grad▲[0]",
    "“[” in line 1 is not part of a rule: write ( ) to group, and give each number a name of its own",
  ],
  ["def f(grad): return ▲{grad}", "“{” in line 1 is not part of a rule"],
  [
    "def f(grad): return (s ▲:= grad)",
    "“:=” in line 1 is not part of a rule: write the assignment on a line of its own",
  ],
  ["def f(grad): return np.clip(grad, low▲=0)", "“=” in line 1 has no name before it: write == to compare"],
  ["def f(grad): return ▲'x'", "“'” in line 1 begins text: a rule is made of numbers"],
  ["def f(grad): return ▲f'{grad}'", "“f'” in line 1 is not part of a rule"],
  ['def f(grad):\n  ▲"\\x"\n  return 1', "begins text with a backslash: write r before the quotes"],
  [
    "def f(grad): return ▲True",
    "“True” in line 1 is not part of a rule: write a comparison such as grad > 0",
  ],
  ["def f(grad): return ▲None", "“None” in line 1 is not part of a rule: write a number"],
  ["def f(grad): return grad ▲^ 2", "“^” in line 1 is not part of a rule: write ** for a power"],
  ["def f(grad): return grad ▲// 2", "“//” in line 1 is not part of a rule: write / for a division"],
  ["def f(grad): return grad ▲% 2", "“%” in line 1 is not part of a rule"],
  ["def f(grad): return grad ▲@ 2", "“@” in line 1 is not part of a rule: write * for a product"],
  ["def f(grad): return 1 if grad ▲is 0 else 2", "“is” in line 1 is not part of a rule: write =="],
  [
    "def f(grad): return 1 if (grad > 0) ▲& (grad < 1) else 2",
    "“&” in line 1 is not part of a rule: write and",
  ],
  ["def f(grad): return grad▲²", "“²” in line 1 is not part of a rule: write **2"],
  ["def f(grad): return 2 ▲× grad", "“×” in line 1 is not part of a rule: write *"],
  ["def f(grad): return ▲−grad", "U+2212 in line 1 is not part of a rule: write -"],
  ["def f(▲ρ, grad): return grad", "“ρ” in line 1 is not part of a rule: write its name, rho"],
  ["def f(grad):\n▲\u00a0 return grad", "U+00A0 in line 2 is not part of a rule: write a space"],
  ["def f(▲𝜌, grad): return grad", "U+1D70C in line 1 is not part of a rule: write its name, rho"],
  ["def f(grad): return ▲𝜋", "U+1D70B in line 1 is not part of a rule: write np.pi"],
  ["▲\ufeffdef f(grad): return 1", "U+FEFF in line 1 is not part of a rule: write a space, or leave it out"],
  ["def f(grad): return ▲$", "“$” in line 1 is not part of a rule: write only assignments and a return"],
  ["def f(grad): return ▲😀", "U+1F600 in line 1"],
  ["def f(grad): return grad # ▲\0", "U+0000 in line 1"],
  ["def f(grad): return grad # ▲\ud800", "U+D800 in line 1"],
  // numbers and operators
  ["def f(grad): return 2▲grad", "an operator is missing before “grad” in line 1: write 2*grad"],
  ["def f(grad): return grad ▲grad", "write grad*grad"],
  ["def f(grad): return grad ** ▲* 2", "“*” in line 1 stands where a number or a name should"],
  ["def f(grad): return grad * ▲not grad", "“not” in line 1 stands where a number or a name should"],
  ["def f(grad): return 1▲if grad else 2", "“if” in line 1 needs a space before it"],
  ["def f(grad): return ▲007", "“007” in line 1 begins with 0: write 7"],
  ["def f(grad): return ▲10000000000000000", "is too long for a whole number: write it as in 1e20"],
  [
    "def f(grad): return 3 ▲** 40",
    "“**” in line 1 makes whole numbers beyond 2**53: write one with a point, as in 2.0",
  ],
  ["def f(grad): return ▲1e999", "“1e999” in line 1 is not finite"],
  ["def f(grad): return grad * (1 ▲/ 0)", "“/” in line 1 makes a constant that is not finite"],
  ["def f(grad): return ▲sqrt(-1)", "“sqrt” in line 1 makes a constant that is not finite"],
  [
    "def f(grad): return (grad > 1) ▲+ (grad > 2)",
    "stands between comparisons: write and, or, not, or 1.0 if c else 0.0",
  ],
  ["def f(grad): return ▲abs(grad > 1)", "“abs” in line 1 takes numbers, not a comparison"],
  ["def f(grad): return grad > 1 ▲and grad", "“and” in line 1 stands between a comparison and a number"],
  ["def f(grad): return ▲(1, 2) + 1", "“(” in line 1 makes several values where one number should stand"],
  [`def f(grad): return ${"(".repeat(50)}▲(1`, "“(” in line 1 is nested too deep: at most 50"],
  [
    `def f(grad): return ${"-".repeat(500)}▲grad`,
    "“grad” in line 1 is one too many: give a part of this expression a name",
  ],
  ["#".repeat(4000) + "▲#", "character 4001 is one too many: a rule has at most 4000"],
];

test("what is wrong, and where", () => {
  for (const [marked, part] of MISTAKES) {
    const at = marked.indexOf("▲");
    const text = marked.replace("▲", "");
    const parsed = parseRule(text);
    assert.ok("message" in parsed, `${text} was taken`);
    assert.ok(parsed.message.includes(part), `${text}: ${parsed.message}`);
    assert.equal(parsed.at, at, `${text}: ${parsed.message}`);
    assert.equal(parsed.line, text.slice(0, at).split("\n").length, text);
    assert.ok(parsed.message.length < 350, parsed.message);
  }
});

// Texts that would cost most if anything grew faster than they do.
const LONG = [
  ..."(-[{#\n\\\"' x1._=+,:;",
  "\n ",
  "\r\n",
  "\\\n",
  "1_",
  "1e",
  "x.",
  "**",
  "not ",
  '"""',
  "'''",
  "#\n",
  "\\x",
  "😀",
  "x ",
  "x=",
  "x,",
  "x if x else ",
  "x and ",
  "x < ",
  "x**",
  "x + ",
  "max(x, ",
  "(x, ",
  "x = (",
  "1 if ",
  "x[",
  "x|",
].map((piece) => piece.repeat(4000 / piece.length));
const LONG_BODIES = [
  "x = x**8**1\n ",
  "x = (x if x else 0)**8**1\n ",
  "x, y = y, x\n ",
  "x*=x<1\n ",
  "#\n ",
  '"""\n ',
  "x = max(x, 0, 1)\n ",
  "x=-x;",
  "x = x and x or x\n ",
  "x = np.where(x, 0, x)**8\n ",
].map((line) => `def f(x, y, grad):\n ${line.repeat(3950 / line.length)}return x`);

test("nothing takes long, and no tape is too long", () => {
  const inside = LONG.flatMap((text) => [
    `def f(x, grad): return ${text}`,
    `def f(x: ${text}`,
    `def f(x, grad):\n ${text}`,
  ]);
  for (const text of [...LONG, ...inside.map((text) => text.slice(0, 4000)), ...LONG_BODIES]) {
    const began = process.cpuUsage();
    const parsed = parseRule(text);
    assert.ok(process.cpuUsage(began).user < 1e6, text.slice(0, 60)); // microseconds; most take a thousandth
    if ("tape" in parsed) checkTape(parsed.tape, parsed.tape.takes.length, 1 + parsed.state.length);
    else assert.notEqual(parsed.message, "this rule cannot be read", text.slice(0, 60));
  }
  const minus = ` x=${"-".repeat(480)}x\n`; // of what may be a whole 0 each is three lines
  const endless = parseRule(`def f(x, grad):\n x = 0 if x else grad\n${minus.repeat(8)} return x`);
  assert.ok("message" in endless);
  assert.equal(endless.message, "“-” in line 3 is one operation too many: a rule has at most 500");
  const many = Array.from({ length: 16 }, (_, k) => `a${k}`);
  assert.ok("tape" in parseRule(`def f(${many.slice(1).join(", ")}, grad): return grad`));
  const more = parseRule(`def f(${many.join(", ")}, grad): return grad`);
  assert.ok("message" in more);
  assert.equal(more.message, "“grad” in line 1 is one argument too many: a rule takes at most 16");
  for (const other of [undefined, null, 7, {}, ["x"]]) {
    assert.ok("message" in parseRule(other as string));
  }
});

const HOSTILE = [
  "__proto__",
  "constructor",
  "constructor.constructor('return process')()",
  "__import__('os').system('ls')",
  "grad.__class__.__bases__[0]",
  "np.__dict__",
  "np.constructor(1)",
  "np.__proto__",
  "math.toString(grad)",
  "eval('1')",
  "exec(grad)",
  "open('x')",
  "getattr(np, 'sqrt')(grad)",
  "globals()",
  "window.location",
  "this",
  "arguments",
  "Math.sqrt(grad)",
  "$v1",
  "grad?.x",
  "`${grad}`",
  "<script>alert(1)</script>",
  "grad</script>",
  "\\u0067rad",
  "\u2028",
  "\u202e",
  "\u0000",
  "ｇrad",
  "0x10",
  "1n",
  "NaN",
  "Infinity",
  "undefined",
];

test("nothing hostile gets in", () => {
  for (const text of HOSTILE) {
    assert.ok("message" in parseRule(`def f(grad): return ${text}`), text);
    assert.ok("message" in parseRule(`def f(grad):\n    ${text}\n    return grad`), text);
  }
  // A name is a name, whatever it is.
  const { tape } = good("def toString(__proto__, grad, valueOf_prev): return __proto__, valueOf_prev");
  assert.deepEqual(tape, {
    takes: ["__proto__", "grad", "valueOf_prev"],
    lines: [],
    returns: [0, 2],
    names: {},
  });
});

const PIECES = [
  ..."xs01.,:;=+-*/()<>[]{}#\"'\\ \t\n\r_^%!@&|~$?`²−πé😀\u0000\u00a0\u2028\ud800",
  "**",
  "==",
  "<=",
  "!=",
  "+=",
  ":=",
  "->",
  "\n    ",
  "    ",
  '"""',
  "\\\n",

  "if ",
  " else ",
  "not ",
  " and ",
  "or ",
  "return ",
  "def ",
  "for ",
  "lambda ",
  "import ",
  "from ",
  "True",
  "grad",
  "rho",
  "s_prev",
  "1e-8",
  "np.sqrt(",
  "abs(",
  "max(",
  "np.where(",
  "np.pi",
  "print(",
  "constructor",
];
const SEEDS = [
  RMSPROP,
  "def sgd(rate: float = 0.1, grad=0) -> float: return rate * grad",
  "from math import sqrt\ndef f(a, grad, m_prev):\n\tm = n = (1 if 0 < grad <= 2 else max(m_prev, -.5))\n\tn -= (m > 1)*2\n\treturn (n, m)",
];

test("any text is a rule, or a mistake in it", () => {
  const random = mersenne(17);
  const below = (n: number) => (random.next() >>> 0) % n;
  const piece = () => PIECES[below(PIECES.length)]!;
  let taken = 0;
  for (let k = 0; k < 10_000; k++) {
    let text = SEEDS[k % 3]!;
    if (k % 4 === 0) text = Array.from({ length: below(60) }, piece).join("");
    for (let change = below(4); change; change--) {
      const place = below(text.length + 1);
      text = text.slice(0, place) + (below(3) ? piece() : "") + text.slice(place + below(3));
    }
    const parsed = parseRule(text);
    if ("message" in parsed) {
      assert.ok(parsed.message && parsed.message !== "this rule cannot be read", text);
      assert.ok(parsed.at >= 0 && parsed.at <= text.length, text);
      assert.ok(parsed.line >= 1 && parsed.line <= text.split(/\r\n|\r|\n/).length, text);
    } else {
      taken++;
      checkTape(parsed.tape, parsed.tape.takes.length, 1 + parsed.state.length);
      compile(parsed.tape)(...parsed.tape.takes.map(() => 0.5));
    }
  }
  assert.ok(taken > 2000, `${taken} were rules`);
});
