// What bench/race.py runs in a page: training runs of ours and of ConvNetJS on the same examples, and races that
// are put onto a page, run and taken away.
import { drawBatches } from "../rmsprop_lab/lab/js/src/engine/batches.ts";
import { createStore } from "../rmsprop_lab/lab/js/src/model/store.ts";
import { accuracy } from "../rmsprop_lab/lab/js/src/network/network.ts";
import { createRun } from "../rmsprop_lab/lab/js/src/network/training.ts";
import { mountRace } from "../rmsprop_lab/lab/js/src/race.ts";

const model = () => JSON.parse(document.querySelector("figure.rmsprop-race script").textContent);

const ready = (settings) => {
  const { sizes, train, test } = model().spec.network;
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
    const course = { sizes, data, batches, batchSize, seed, scale: 1, factors: null };
    const run = createRun(course, rmsprop, [rate, rho, epsilon]);
    while (!run.done) run.step();
    return accuracy(sizes, run.params, unseen);
  };

  // ConvNetJS takes one example at a time, and moves after each batch.
  const volumes = ({ inputs, labels }) =>
    Array.from(labels, (_, k) => new convnetjs.Vol([...inputs.subarray(k * columns, (k + 1) * columns)]));
  const [known, unknown] = [data, unseen].map(volumes);
  const convnet = (epochs) => {
    const net = new convnetjs.Net();
    const [hidden, classes] = sizes.slice(1);
    net.makeLayers([
      { type: "input", out_sx: 1, out_sy: 1, out_depth: columns },
      { type: "fc", num_neurons: hidden, activation: "relu" },
      { type: "softmax", num_classes: classes },
    ]);
    const method = { method: "windowgrad", learning_rate: rate, ro: rho, eps: epsilon };
    const trainer = new convnetjs.Trainer(net, { ...method, batch_size: batchSize });
    const drawn = drawBatches(seed, epochs * perEpoch, batchSize, examples);
    for (const k of drawn) trainer.train(known[k], data.labels[k]);
    const right = unknown.filter((input, k) => {
      net.forward(input);
      return net.getPrediction() === unseen.labels[k];
    });
    return right.length / unknown.length;
  };
  return { ours, convnet };
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
