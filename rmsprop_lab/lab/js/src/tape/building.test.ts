import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { sgd, spec } from "../fixtures.ts";
import { compile } from "./building.ts";
import { checkTape, checkTapes, TapeError } from "./checked.ts";
import type { Line, Tape } from "../model/contract.ts";

const tape = (lines: Line[], returns = [1 + lines.length], takes = ["x", "y"]): Tape => ({
  takes,
  lines,
  returns,
});

const ODDITY = { toString: 1, valueOf: 1 }; // JSON can hold it, and it has no text
const ODD = [0, -0, 1, -1, 0.3, -2.5, 1e308, -1e308, 5e-324, Infinity, -Infinity, NaN];

test("the zeros and what is not a number, as NumPy has them", () => {
  const of = (operation: string, ...operands: number[]) =>
    compile(tape([[operation, ...operands.map((_, k) => k)]], [2]))(...operands)[0];
  for (const a of ODD) {
    for (const b of ODD) {
      assert.ok(Object.is(of("minimum", a, b), Math.min(a, b)));
      assert.ok(Object.is(of("maximum", a, b), Math.max(a, b)));
      assert.equal(of("less", a, b), Number(a < b));
      assert.equal(of("less_equal", a, b), Number(a <= b));
      assert.equal(of("equal", a, b), Number(a === b));
      assert.equal(of("not_equal", a, b), Number(a !== b));
    }
  }
  assert.ok(Object.is(of("sign", -0), 0));
  assert.deepEqual(
    [-7, 7, NaN].map((a) => of("sign", a)),
    [-1, 1, NaN],
  );
  assert.ok(Object.is(of("negative", 0), -0));
  assert.ok(Object.is(of("absolute", -0), 0));
});

test("a choice, constants and several results", () => {
  const choose = tape(
    [
      ["number", -0],
      ["less", 0, 1],
      ["where", 3, 0, 2],
    ],
    [4, 1, 2],
  );
  assert.deepEqual(compile(choose)(1, 2), [1, 2, -0]);
  assert.deepEqual(compile(choose)(2, 1), [-0, 1, -0]);
});

test("what is damaged is one message that says where", () => {
  const cases: [unknown, RegExp][] = [
    [tape([["add", 0, 2]]), /line 1 of a tape takes place 2; places are 0 to 1 there/],
    [tape([["add", 0, -1]]), /place -1/],
    [tape([["add", 0, 0.5]]), /place 0.5/],
    [tape([["add", 0]]), /line 1 of a tape has 1 operands, not 2/],
    [tape([["sqrt", 0, 1]]), /has 2 operands, not 1/],
    [tape([["constructor", 0]]), /is “constructor”; choices: add, subtract/],
    [tape([["alert(1)", 0]]), /choices/],
    [tape([["add", "0" as unknown as number, 1]]), /place 0/],
    [tape([["number"]]), /not a number/],
    [tape([["number", "1);alert(1" as unknown as number]]), /not a number/],
    [tape([], [2]), /the end of a tape takes place 2/],
    [tape([], []), /returns 0 numbers, not 1/],
    [tape([], [0], ["x"]), /takes 1 numbers, not 2/],
    [tape(Array.from({ length: 10_001 }, (): Line => ["add", 0, 0])), /10001 lines; 10000 at most/],
    [{ ...tape([]), lines: "add" }, /not made of lists/],
    [tape(["add" as unknown as Line]), /line 1 of a tape is not a list/],
    [{ ...tape([]), names: { s: 2 } }, /a name of a tape takes place 2/],
    [{ ...tape([]), names: { s: "0" } }, /a name of a tape takes place 0/],
    [{ ...tape([]), names: 3 }, /the names of a tape are no list/],
    [null, /not made of lists/],
    [{ ...tape([], [0]), takes: ["x", ODDITY] }, /an argument of a tape has no name/],
    [tape([[ODDITY as unknown as string, 0]]), /is “a list or an object”; choices/],
    [tape([["add", ODDITY as unknown as number, 0]]), /takes place a list or an object/],
    [tape([["add", 0, undefined as unknown as number]]), /takes place undefined/],
    [{ ...tape([]), returns: [ODDITY] }, /the end of a tape takes place a list or an object/],
    [{ ...tape([]), names: { s: ODDITY } }, /a name of a tape takes place a list or an object/],
    [tape([["add", "0".repeat(1000) as unknown as number, 1]]), /takes place 0{40};/],
  ];
  for (const [damaged, message] of cases) {
    assert.throws(
      () => checkTape(damaged as Tape, 2, 1),
      (error: Error) => {
        assert.ok(error instanceof TapeError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
  checkTapes(spec);
  const damaged = { ...sgd, rule: { ...sgd.rule!, returns: [9] } };
  assert.throws(() => checkTapes({ ...spec, optimizers: [damaged] }), TapeError);
});

// Node forbids functions from text as a page's policy does: then everything is interpreted.
for (const name of ["engine", "batches", "grid"]) {
  test(`the tests of ${name} hold where no function may be made`, () => {
    const forbid = "--disallow-code-generation-from-strings";
    const { status, stdout } = spawnSync(process.execPath, [forbid, `src/engine/${name}.test.ts`], {
      encoding: "utf8",
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /pass [1-9]/);
  });
}

test("whether functions may be made is found out", () => {
  const forbid = "--disallow-code-generation-from-strings";
  const script = 'import("./src/tape/building.ts").then(({ mayBuild }) => console.log(mayBuild()))';
  const said = [[], [forbid]].map((flags) =>
    spawnSync(process.execPath, [...flags, "-e", script], { encoding: "utf8" }).stdout.trim(),
  );
  assert.deepEqual(said, ["true", "false"]);
});
