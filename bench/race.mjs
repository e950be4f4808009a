// What bench/race.py runs in a page: training runs of ours and of ConvNetJS on the same examples, and races that
// are put onto a page, run and taken away.
import { drawBatches } from "../rmsprop_lab/lab/js/src/engine/batches.ts";
import { createStore } from "../rmsprop_lab/lab/js/src/model/store.ts";
import { accuracy, initial } from "../rmsprop_lab/lab/js/src/network/network.ts";
import { createRun } from "../rmsprop_lab/lab/js/src/network/training.ts";
import { mountRace } from "../rmsprop_lab/lab/js/src/race.ts";

const model = () => JSON.parse(document.querySelector("figure.rmsprop-race script").textContent);

const ready = (settings) => {
  const { sizes, worlds } = model().spec.network;
  const { train, test } = worlds[0];
  const [data, unseen] = [train, test].map(({ inputs, labels }) => ({
    inputs: Float64Array.from(inputs),
    labels,
  }));
  const { rate, rho, epsilon, batchSize, seed } = settings;
  const rmsprop = model().spec.optimizers.find(({ name }) => name === "rmsprop");
  const columns = sizes[0];
  const examples = data.labels.length;
  const perEpoch = Math.floor(examples / batchSize);

  const ours = (epochs) => {
    const batches = drawBatches(seed, epochs * perEpoch, batchSize, examples);
    const course = { sizes, data, batches, start: initial(sizes, seed), batchSize, factors: null };
    const run = createRun(course, rmsprop, [rate, rho, epsilon]);
    while (!run.done) run.step();
    return accuracy(sizes, run.params, unseen);
  };

  // ConvNetJS takes one example at a time, and moves after each batch.
  const volumes = ({ inputs, labels }) =>
    Array.from(labels, (_, k) => new convnetjs.Vol([...inputs.subarray(k * columns, (k + 1) * columns)]));
  const [known, unknown] = [data, unseen].map(volumes);
  const createTrainer = () => {
    const net = new convnetjs.Net();
    const [hidden, classes] = sizes.slice(1);
    net.makeLayers([
      { type: "input", out_sx: 1, out_sy: 1, out_depth: columns },
      { type: "fc", num_neurons: hidden, activation: "relu" },
      { type: "softmax", num_classes: classes },
    ]);
    const method = { method: "windowgrad", learning_rate: rate, ro: rho, eps: epsilon };
    return new convnetjs.Trainer(net, { ...method, batch_size: batchSize });
  };
  const convnet = (epochs) => {
    const trainer = createTrainer();
    const drawn = drawBatches(seed, epochs * perEpoch, batchSize, examples);
    for (const k of drawn) trainer.train(known[k], data.labels[k]);
    const right = unknown.filter((input, k) => {
      trainer.net.forward(input);
      return trainer.net.getPrediction() === unseen.labels[k];
    });
    return right.length / unknown.length;
  };

  // By the clock: ours as a race of one with all that is drawn, ConvNetJS as its demo of trainers goes, which
  // takes an example at each interval of 0 ms. Examples a second.
  const inPage = async () => {
    const alone = model().racers.filter(({ optimizer }) => optimizer === "rmsprop");
    const figure = document.querySelector("article").appendChild(document.createElement("figure"));
    figure.className = "rmsprop-lab";
    const unmount = mountRace(figure, createStore({ ...model(), racers: alone }));
    figure.scrollIntoView({ behavior: "instant" });
    const start = figure.querySelector("button[name=start]");
    const begun = performance.now();
    start.click();
    while (start.textContent !== "Start again") await tick();
    const seconds = (performance.now() - begun) / 1000;
    unmount();
    figure.remove();
    return (perEpoch * batchSize * model().epochs) / seconds;
  };
  const demo = (count) =>
    new Promise((done) => {
      const trainer = createTrainer();
      const begun = performance.now();
      let k = 0;
      const timer = setInterval(() => {
        trainer.train(known[k], data.labels[k]);
        k++;
        if (k < count) return;
        clearInterval(timer);
        done((1000 * count) / (performance.now() - begun));
      }, 0);
    });
  return { ours, convnet, inPage, demo };
};

const tick = () => new Promise((done) => setTimeout(done));

// Put a race onto the page, start it, let it work, stop it, and take it away.
const mountAndStop = async (times) => {
  for (let k = 0; k < times; k++) {
    const figure = document.body.appendChild(document.createElement("figure"));
    const unmount = mountRace(figure, createStore(model()));
    figure.querySelector("button[name=start]").click();
    await tick();
    await tick();
    unmount();
    figure.remove();
  }
};

Object.assign(window, { ready, mountAndStop });
