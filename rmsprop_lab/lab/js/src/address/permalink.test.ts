import assert from "node:assert/strict";
import { test } from "node:test";
import { initial, model, spec } from "../fixtures.ts";
import { decode, encode, firstOf, sort } from "./permalink.ts";
import type { Entry, Point } from "../model/contract.ts";
import { distinct } from "../model/racers.ts";
import { settingsOf, type Setting } from "./settings.ts";

const settings = settingsOf(spec);
const first = new Map(Object.entries(initial));
const write = (more: Record<string, unknown>, fragment = "") =>
  encode(fragment, "lab-2", settings, first, model(more).get);
const text: Setting = { name: "surface", write: String, read: (text) => ({ value: text }) };
const read = (fragment: string) => decode(fragment, "lab-2", settings, first);

test("an address gives back the settings that made it, and holds no others", () => {
  const changed = {
    surface: "x^2 + 3*y^2 & z; =%",
    start: [-1.5, 2e-7],
    window: [
      [0, 1],
      [-1e-3, 2],
    ],
    step: 3,
    racers: [
      { optimizer: "momentum", settings: { learning_rate: 1e-7, momentum: 0.25 } },
      { optimizer: "sgd", settings: {} },
      { optimizer: "momentum", settings: {} },
    ],
    sweep: ["momentum", "momentum", "learning_rate"],
    momentum: 0.123456789,
  };
  for (const [name, value] of Object.entries(changed)) {
    if (name === "surface") continue;
    const fragment = write({ [name]: value });
    assert.match(fragment, new RegExp(`^lab-2;${name}=[^;&]+$`));
    assert.deepEqual(read(`#${fragment}`), { values: new Map([[name, value]]), complaints: [] });
    assert.deepEqual(read(`#${encodeURIComponent(fragment)}`)?.values, new Map([[name, value]]));
  }
  assert.equal(write({ start: [-1.5, 2e-7] }), "lab-2;start=-1.5,2e-7");
  assert.equal(
    write({ racers: changed.racers }),
    "lab-2;racers=momentum:learning_rate:1e-7:momentum:0.25,sgd,momentum",
  );
  assert.equal(write({ surface: "x^2+y" }), "lab-2;surface=x%5E2%2By");
  assert.equal(read("#lab-2;surface=x%5E2%2By")?.values.get("surface"), "x^2+y");
  assert.equal(write({}), "");
});

test("what was set at first and is unset now stands there with nothing", () => {
  const stepped = new Map([...first, ["step", 7]]);
  const fragment = encode("", "lab-2", settings, stepped, model({ step: null }).get);
  assert.equal(fragment, "lab-2;step=");
  assert.deepEqual(read(fragment)?.values, new Map([["step", null]]));
});

test("a map wants two parameters, not one twice", () => {
  assert.equal(read("#lab-2;sweep=momentum,momentum,momentum")?.complaints.length, 1);
});

test("each lab of a page keeps its own part; a heading's name does not stay", () => {
  const two = write({ steps: 7 }, "#lab-1;steps=5");
  assert.equal(two, "lab-1;steps=5&lab-2;steps=7");
  assert.equal(write({}, two), "lab-1;steps=5");
  assert.equal(write({ steps: 7 }, "#the-first-step"), "lab-2;steps=7");
  assert.equal(read(`#${two}`)?.values.get("steps"), 7);
});

test("no sign that a chat program drops or reads as its own stays in an address", () => {
  for (const surface of ["(1-x)^2 + 100*(y - x^2)", "x*y*2.", "abs(x)!~'"]) {
    const fragment = write({ surface });
    assert.match(fragment, /^lab-2;surface=[A-Za-z0-9%.,:_-]*[A-Za-z0-9]$/);
    assert.equal(
      decode(`#${fragment.replace(/[.,:;!?)'\]]+$/, "")}`, "lab-2", [text], first)!.values.get("surface"),
      surface,
    );
  }
  // As they were written before, and as they are written by hand.
  const by = "(1-x)^2+100*(y-x^2)^2";
  assert.equal(read(`#lab-2;surface=${by}`)?.values.get("surface"), by);
  assert.equal(read(`#lab-2;surface=${encodeURIComponent(by)}`)?.values.get("surface"), by);
});

test("nothing of an address is read in silence", () => {
  const complaints = (settings: string) => read(`#lab-2;${settings}`)!.complaints.join();
  assert.match(
    complaints("racers=sgd:learning_rate:0.1:0.2"),
    /“0.2” is no setting of sgd; choices: learning_rate/,
  );
  assert.match(
    complaints("racers=sgd:momentum:0.2"),
    /“momentum” is no setting of sgd; choices: learning_rate/,
  );
  assert.match(complaints("racers=sgd:learning_rate"), /“” is not allowed: learning rate takes/);
  assert.match(
    complaints("racers=momentum:momentum:1"),
    /“1” is not allowed: momentum takes numbers from 0 up to, not including, 1/,
  );
  assert.match(
    complaints("racers=sgd:learning_rate:1:learning_rate:2"),
    /“learning_rate” of sgd stands there twice/,
  );
  assert.match(complaints("racers=sgd,momentum,sgd"), /“sgd” stands there twice/);
  assert.match(complaints("racers="), /racers is empty; choices: sgd, momentum/);
  assert.match(complaints("racers=adam"), /“adam” is no optimiser of this lab; choices: sgd, momentum/);
  const five = [1, 2, 3, 4].map((rate) => `sgd:learning_rate:${rate}`).join(",");
  assert.match(complaints(`racers=${five}`), /sgd comes 4 times; 3 times at most/);
  assert.match(complaints("window=0,1,0,wide"), /“wide” is not allowed: window takes/);
  assert.match(complaints("window=0,1,0,1,2"), /window takes four numbers/);
  assert.match(complaints("start=1,2,3"), /start takes two numbers/);
  assert.match(complaints("momentum=0.5;momentum=0.6"), /“momentum” stands there twice/);
  assert.match(complaints("momentum=0x0"), /“0x0” is not allowed/);
  assert.equal(complaints("momentum=0.5;;steps=3;"), "");
  const long = read(`#lab-2;steps=30;surface=${"x+".repeat(3000)}`)!;
  assert.match(long.complaints.join(), /only its first 4000 characters are read/);
  assert.deepEqual(long.values, new Map([["steps", 30]]));
  assert.deepEqual(
    read("#lab-2;steps=3&lab-1;steps=9&lab-2;momentum=0.5")!.values,
    new Map([
      ["steps", 3],
      ["momentum", 0.5],
    ]),
  );
});

test("the lab that a link leads to", () => {
  assert.equal(firstOf("#lab-2;steps=3&lab-1;steps=4"), "lab-2");
  assert.equal(firstOf(`#${encodeURIComponent("lab-2;steps=3&lab-1;steps=4")}`), "lab-2");
  assert.equal(firstOf("#the-first-step"), "the-first-step");
});

test("a lab that is not on the page is said, with the choices, and the rest is taken", () => {
  const ids = ["lab-1", "lab-2"];
  const { rest, complaints } = sort("#lab-9;rho=0.5&lab-2;steps=3&lab-3&lab1;rho=1", ids);
  assert.equal(rest, "lab-2;steps=3");
  assert.deepEqual(complaints, ["no lab of this page is “lab-9”, “lab-3”, “lab1”; choices: lab-1, lab-2"]);
  assert.deepEqual(sort("#lab-1;step=3", []).complaints, ["no lab of this page is “lab-1”; it has none"]);
  for (const fragment of ["", "#", "#the-first-step", "#lab-1;steps=3&lab-2"]) {
    assert.deepEqual(sort(fragment, ids).complaints, []);
  }
});

test("a step beyond the last is said; to the address it is the end", () => {
  for (const [settings, steps] of [
    ["step=101", 100],
    ["step=31;steps=30", 30],
    ["steps=30;step=31", 30],
  ] as const) {
    const { values, complaints } = read(`#lab-2;${settings}`)!;
    assert.match(
      complaints.join(),
      new RegExp(`“${settings.match(/step=(\d+)/)![1]}” .* from 0 to ${steps}`),
    );
    assert.equal(values.has("step"), false);
  }
  assert.deepEqual(read("#lab-2;step=100")!.complaints, []);
  assert.deepEqual(read("#lab-2;step=300;steps=400")!.complaints, []);
  assert.equal(write({ step: 40, steps: 20 }), "lab-2;steps=20");
  assert.equal(write({ step: 19, steps: 20 }), "lab-2;steps=20;step=19");
});

test("another lab's address, or a heading's, says nothing to this one", () => {
  for (const fragment of ["#lab-1;rho=0.5", "#the-first-step", "", "#", "#lab-22;steps=3"]) {
    assert.equal(read(fragment), null);
  }
});

test("what is out of range or no setting is said, and the rest is taken", () => {
  const { values, complaints } = read(
    "#lab-2;momentum=7;start=1,2;colour=red;step;racers=adam;racers=sgd:learning_rate:-1;racers=sgd:rho:1;sweep=sgd,learning_rate,x;window=3,2,0,1;steps=2.5;surface=x%2B%2B;start=1",
  )!;
  assert.deepEqual(values, new Map([["start", [1, 2]]]));
  assert.match(complaints[0]!, /“7” is not allowed: momentum takes numbers from 0 up to, not including, 1$/);
  for (const [k, what] of [
    "colour",
    "step",
    "adam",
    "-1",
    "rho",
    "sgd,",
    "3,2",
    "2.5",
    "x\\+\\+",
  ].entries()) {
    assert.match(complaints[k + 1]!, new RegExp(what));
  }
  assert.equal(complaints.length, 11);
});

function races({ optimizer, settings }: Entry): boolean {
  const found = spec.optimizers.find(({ name }) => name === optimizer)!;
  return Object.entries(settings).every(
    ([name, value]) => found.parameters.includes(name) && good(name, value),
  );
}

// What any model may hold, whoever wrote the address.
function good(name: string, value: any): boolean {
  if (name === "step" || name === "window") if (value === null) return true;
  if (name === "start") return value.length === 2 && value.every((v: number) => Math.abs(v) <= 1e6);
  if (name === "window") return value.every(([low, high]: Point) => low < high && high - low < Infinity);
  if (name === "racers")
    return value.length > 0 && distinct(value).length === value.length && value.every(races);
  if (name === "sweep") return value.length === 3 && value[0] === "momentum" && value[1] !== value[2];
  if (name === "surface") return typeof value === "string" && value.length <= 200;
  const { low, high } = spec.parameters.find((parameter) => parameter.name === name)!;
  return value >= low! && value <= high!;
}

test("ten thousand hostile addresses neither throw nor set what may not be", () => {
  const pieces =
    "lab-2|lab-1|;|;|;|=|=|,|:|&|momentum|start|surface|racers|sgd:learning_rate:1|:momentum:0.5|sweep|window|step|sgd|learning_rate|__proto__|constructor|prototype|NaN|1e999|-0|%|%E0%A4|%26|<script>alert(1)</script>|0.5|3|\u0000|𝛼|Infinity|toString| |#|[]|{}|null|x|y|^|(|)|+|bowl|${x}|`|//|x^2|;momentum=0.5|;start=1,2|;surface=x*y|;racers=sgd,momentum|;window=0,1,0,1|;racers=sgd:learning_rate:2,sgd".split(
      "|",
    );
  pieces.push("9".repeat(400), "(".repeat(300));
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  let taken = 0;
  for (let k = 0; k < 10_000; k++) {
    let fragment = random(4) ? "#lab-2;" : "#";
    if (random(2)) fragment += `${settings[random(settings.length)]!.name}=`;
    for (let length = random(12); length > 0; length--) fragment += pieces[random(pieces.length)];
    const found = read(fragment);
    if (!found) continue;
    for (const complaint of found.complaints) assert.ok(complaint.length < 300, complaint);
    for (const [name, value] of found.values) {
      assert.ok(good(name, value), `${fragment} set ${name} to ${String(value)}`);
      taken++;
    }
    encode(fragment, "lab-1", settings, first, model(Object.fromEntries(found.values)).get);
  }
  assert.ok(taken > 500, `only ${taken} settings were taken at all`);
  assert.equal(({} as any).polluted, undefined);
  read("#lab-2;" + "momentum=0.5;".repeat(100_000));
});

test("a schedule is one of the lab's", () => {
  const schedules = ["constant", "cosine"].map((name) => ({ name, factor: null, parameters: [] }));
  const own = settingsOf({ ...spec, schedules });
  const written = encode("", "lab-2", own, first, model({ schedule: "cosine" }).get);
  assert.equal(written, "lab-2;schedule=cosine");
  const read = (text: string) => decode(text, "lab-2", own, first)!;
  assert.deepEqual(read(written).values, new Map([["schedule", "cosine"]]));
  assert.match(read("lab-2;schedule=step").complaints.join(), /“step” is no .* choices: constant, cosine/);
  assert.match(decode(written, "lab-2", settings, first)!.complaints.join(), /is not a setting of this lab/);
});
