// Time the convergence map's sweep in Node: read what to sweep from standard input, print
// the milliseconds of each round. Peers take turns, so that all meet the same machine.
import { readFileSync } from "node:fs";

const { rounds, jobs, sources } = JSON.parse(readFileSync(0, "utf8"));
const { compileSweep, LANES } = await import(`${sources}/engine/sweep.ts`);
const { descend } = await import(`${sources}/engine/engine.ts`);
const { compile } = await import(`${sources}/tape/building.ts`);

const FAR = 1e6;
const peers = jobs.map(({ objective, optimizer, settings, start, steps, one_by_one: oneByOne }) => {
  const columns = settings.map((column) => Float64Array.from(column));
  const loss = new Float64Array(columns[0].length);
  const [{ value, grad, settings: shape }, { rule, parameters, initial }] = [objective, optimizer];
  const sweep = compileSweep({ value, grad, rule, parameters, initial, noisy: false, scheduled: false });
  const [f, df] = [compile(objective.value), compile(objective.grad)];
  const surface = {
    value: (x, y) => f(x, y, ...shape)[0],
    grad: (x, y) => df(x, y, ...shape),
  };
  const walked = { initial, rule: compile(rule) };
  return oneByOne
    ? () => {
        for (let k = 0; k < loss.length; k++) {
          const one = columns.map((column) => column[k]);
          loss[k] = descend(surface, walked, start, steps, one, FAR).loss[steps];
        }
      }
    : () => {
        const held = [...start, ...initial.flatMap((at) => [at, at])].map((at) =>
          new Float64Array(loss.length).fill(at),
        );
        const gone = new Uint8Array(loss.length);
        for (let first = 0; first < loss.length; first += LANES) {
          sweep(first, 0, steps, columns, shape, null, null, FAR, held, gone, loss);
        }
      };
});
const times = jobs.map(() => []);
for (let round = 0; round < rounds; round++) {
  peers.forEach((peer, k) => {
    const begun = performance.now();
    peer();
    times[k].push(performance.now() - begun);
  });
}
console.log(JSON.stringify(times));
