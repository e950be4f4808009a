import assert from "node:assert/strict";
import { test } from "node:test";
import type { Point } from "../model/contract.ts";
import { hasDecimalCommas, parsePoints, printPoints, readPoints, writePoints } from "./points.ts";

const POINTS: Point[] = [
  [1.5, 2],
  [-3, 4e-3],
];

for (const [name, text] of [
  ["commas", "1.5,2\n-3,4e-3"],
  ["commas and spaces", "1.5, 2\n-3 , 0.004"],
  ["tabs, as from a table, with a last line end", "1.5\t2\r\n-3\t.004\r\n"],
  ["semicolons", "1.5;2\n-3; 0.004"],
  ["spaces", "  1.5   2\n-3 +0.004"],
  ["decimal commas beside semicolons", "1,5;2\n-3;0,004"],
  ["decimal commas beside tabs", "1,5\t2,0\n-3\t,004"],
  ["decimal commas beside spaces", "1,5 2\n-3,0 0,004"],
  ["decimal commas before a comma and a space", "1,5, 2,0\n-3, 0,004"],
  ["empty lines", "\n1.5,2\n\n\n-3,0.004\n\n"],
  ["a heading", "body mass index, progression (a year later)\n1.5,2\n-3,0.004"],
  ["a heading of two words", "x;y\n1.5;2\n-3;0.004"],
  ["separators that close a line", "1.5;2;\n-3,0.004,"],
  ["a dash for a minus", "1.5 2\n–3 4e-3"],
  ["a minus as it is printed", "1.5 2\n−3 4e-3"],
] as const) {
  test(`points are read with ${name}`, () => assert.deepEqual(readPoints(text), POINTS));
}

test("a decimal comma is told from one between columns", () => {
  assert.deepEqual(["1,200;3\n4;5", "1,200 3,5", "1,200\n3,4", "1, 2\n3;4"].map(hasDecimalCommas), [
    true,
    true,
    false,
    false,
  ]);
});

const WANTED = "two numbers are wanted, an input and a target";
for (const [text, words] of [
  ["1,2\n3", `Line 2 has one column, “3”: ${WANTED}.`],
  ["1,2\n\n3,4,5", `Line 3 has 3 columns, “3,4,5”: ${WANTED}; put a semicolon between decimal commas.`],
  ["1,5,2,5\n1,2", `Line 1 has 4 columns, “1,5,2,5”: ${WANTED}; put a semicolon between decimal commas.`],
  ["1 2 3\n1 2", `Line 1 has 3 columns, “1 2 3”: ${WANTED}.`],
  ["1,2\nfour,5", "Line 2 has “four” as its input: a number is wanted, as 1.5 or −2e3."],
  ["1,2\n3;", "Line 2 has nothing as its target: a number is wanted, as 1.5 or −2e3."],
  ["1;2\n1.234,5;2", "Line 2 has “1.234,5” as its input: a number is wanted, as 1.5 or −2e3."],
  ["1;2\n0x10;2", "Line 2 has “0x10” as its input: a number is wanted, as 1.5 or −2e3."],
  ["nan,inf\n1,2", "Line 1 has “nan” as its input: a number is wanted, as 1.5 or −2e3."],
  ["1;2\n3;1e400", "Line 2 has “1e400” as its target: a number is wanted, as 1.5 or −2e3."],
  ["1;2\n3;2e6", "Line 2 has “2e6”: numbers from −1000000 to 1000000 are wanted."],
  ["a,b\nc,d", "Line 2 has “c” as its input: a number is wanted, as 1.5 or −2e3."],
  ["", "There is no point: two at least are wanted, each a line with its input and its target."],
  ["u,t\n1,2", "There is one point: two at least are wanted, each a line with its input and its target."],
  ["3,1\n3,2", "All inputs are 3: two different ones at least are wanted, or no one line is the best."],
  [`1,2\n${"3,4\n".repeat(1000)}`, "Line 1001 is one too many: 1000 points are wanted at most."],
  [
    `1,2\n${"9".repeat(40)}x,3`,
    `Line 2 has “${"9".repeat(24)}…” as its input: a number is wanted, as 1.5 or −2e3.`,
  ],
] as const) {
  test(`of ${JSON.stringify(text.slice(0, 20))} is said what stands where, and what is wanted`, () =>
    assert.equal(readPoints(text), words));
}

test("what is printed is read again", () => {
  assert.equal(printPoints(POINTS), "1.5, 2\n-3, 0.004");
  assert.deepEqual(readPoints(printPoints(POINTS)), POINTS);
});

test("an address carries points that are not too many, and refuses what is none", () => {
  assert.equal(writePoints(POINTS), "1.5,2,-3,0.004");
  assert.deepEqual(parsePoints("1.5,2,-3,0.004"), { value: POINTS });
  assert.equal(writePoints(Array.from({ length: 1000 }, (_, k): Point => [k, 0])), null);
  for (const text of ["", "1,2,3", "1,2,x,3", "1,2,1,3", "1;2,3"]) {
    const read = parsePoints(text);
    assert.ok(typeof read === "string");
    assert.match(read, /^data “.*” cannot be read: .*[^.]$/);
  }
});
