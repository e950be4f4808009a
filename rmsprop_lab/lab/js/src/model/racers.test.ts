import assert from "node:assert/strict";
import { test } from "node:test";
import { lab, spec } from "../fixtures.ts";
import type { Entry } from "./contract.ts";
import {
  distinct,
  entriesOf,
  namesOf,
  racersOf,
  racing,
  settingOf,
  titlesOf,
  withCopy,
  withOwn,
  withRates,
} from "./racers.ts";

const sgd = (learning_rate?: number): Entry => ({
  optimizer: "sgd",
  settings: learning_rate === undefined ? {} : { learning_rate },
});
const momentum = (settings: Record<string, number> = {}): Entry => ({ optimizer: "momentum", settings });
const named = (racers: Entry[], more = {}) => {
  const one = lab({ racers, ...more });
  return namesOf(one, racing(one));
};

test("one is called by what tells it from the others", () => {
  assert.deepEqual(named([sgd(), momentum()]), ["SGD", "Momentum"]);
  assert.deepEqual(named([sgd(1e-5), momentum()]), ["SGD learning_rate = 1e-5", "Momentum"]);
  const two = [momentum({ momentum: 0.9 }), sgd(), momentum({ momentum: 0.99 })];
  assert.deepEqual(named(two), ["Momentum momentum = 0.9", "SGD", "Momentum momentum = 0.99"]);
  // What they have in common is not said; what one of them shares with everybody is.
  const [a, b] = [{ learning_rate: 0.2, momentum: 0.5 }, { learning_rate: 0.2 }];
  assert.deepEqual(named([momentum(a), momentum(b)], { momentum: 0.25 }), [
    "Momentum momentum = 0.5",
    "Momentum momentum = 0.25",
  ]);
});

test("where a slider stands at another's own value, the names are still two", () => {
  const racers = [momentum(), momentum({ momentum: 0.99 })];
  assert.deepEqual(named(racers), ["Momentum momentum = 0.9", "Momentum momentum = 0.99"]);
  assert.deepEqual(named(racers, { momentum: 0.99 }), ["Momentum", "Momentum momentum = 0.99"]);
  const three = [momentum({ momentum: 0.9 }), momentum({ learning_rate: 0.1 }), momentum()];
  assert.equal(new Set(named(three)).size, 3);
});

test("a key and a look by the place among the optimiser's racers", () => {
  const racers = racersOf(spec, [momentum({ momentum: 0.5 }), sgd(), momentum(), sgd(1)]);
  assert.deepEqual(
    racers.map(({ key }) => key),
    ["momentum", "sgd", "momentum:2", "sgd:2"],
  );
  assert.equal(racers[2]!.look, racers[0]!.optimizer.looks[1]);
  assert.equal(racers[0]!.look, racers[0]!.optimizer.looks[0]);
});

test("a setting is one's own, or everybody's", () => {
  const one = lab({ racers: [momentum({ momentum: 0.5 })] });
  const [racer] = racing(one);
  assert.equal(settingOf(one, racer!, "momentum"), 0.5);
  assert.equal(settingOf(one, racer!, "learning_rate"), 0.1);
});

test("a copy differs at once, and from all others", () => {
  const copies = (racers: Entry[], key: string, more = {}) => {
    const one = lab({ racers, ...more });
    return withCopy(one, racing(one), key);
  };
  const long = momentum({ momentum: 0.99 });
  assert.deepEqual(copies([momentum(), sgd()], "momentum"), [momentum(), long, sgd()]);
  // The slider ends at 1 here, which no memory reaches.
  assert.deepEqual(copies([momentum(), long], "momentum"), [momentum(), momentum({ momentum: 0.999 }), long]);
  assert.deepEqual(copies([momentum()], "momentum", { momentum: 0.99 }), [
    momentum(),
    momentum({ momentum: 0.999 }),
  ]);
  // A memory that cannot be longer becomes .9; who has none, or is at .9 too, walks shorter steps.
  const parameters = spec.parameters.map((one) =>
    one.name === "momentum" ? { ...one, slider: [0, 0.99] as [number, number] } : one,
  );
  const short = { spec: { ...spec, parameters } };
  assert.deepEqual(copies([long], "momentum", short), [long, momentum({ momentum: 0.9 })]);
  const both = copies([momentum(), long], "momentum", short)!;
  assert.deepEqual(both[1], momentum({ learning_rate: 0.0333 }));
  assert.deepEqual(copies([sgd()], "sgd"), [sgd(), sgd(0.0333)]);
  assert.deepEqual(copies([sgd(), sgd(0.0333)], "sgd")?.[1], sgd(0.0111));
  // As many as there are looks.
  assert.equal(copies([sgd(), sgd(1), sgd(2)], "sgd"), null);
});

test("no change makes two of one", () => {
  const racers = racersOf(spec, [momentum(), momentum({ momentum: 0.99 })]);
  assert.equal(withOwn(racers, "momentum", { momentum: 0.99 }), null);
  assert.equal(withOwn(racers, "momentum:2", { momentum: null }), null);
  assert.deepEqual(
    withOwn(racers, "momentum", { momentum: 0.5, learning_rate: 1 })![0],
    momentum({ learning_rate: 1, momentum: 0.5 }),
  );
});

test("at one rate for all, those that are alike race once", () => {
  const racers = racersOf(spec, [sgd(1), sgd(2), momentum({ learning_rate: 1, momentum: 0.5 })]);
  const shared = withRates(racers, () => null);
  assert.deepEqual(distinct(shared), [sgd(), momentum({ momentum: 0.5 })]);
  assert.deepEqual(withRates(racers, ({ key }) => (key === "sgd" ? 3 : undefined))[0], sgd(3));
});

test("a control's label does not change with what it sets", () => {
  const titles = (racers: Entry[]) => {
    const one = lab({ racers });
    return titlesOf(one, racing(one), "learning_rate");
  };
  assert.deepEqual(titles([sgd(1), momentum({ learning_rate: 2, momentum: 0.5 })]), [
    "SGD",
    "Momentum momentum = 0.5",
  ]);
  assert.deepEqual(titles([sgd(1), sgd(2)]), ["SGD", "SGD (2)"]);
});

test("who joins does so as it was asked for", () => {
  const asked = { ...spec, entries: [momentum({ momentum: 0.5 }), momentum()] };
  assert.deepEqual(entriesOf(asked, "momentum"), asked.entries);
  assert.deepEqual(entriesOf(asked, "sgd"), [sgd()]);
});
