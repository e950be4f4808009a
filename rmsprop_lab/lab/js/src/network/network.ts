// A multilayer perceptron that classifies, the twin of network.py: forward, loss, backward. Read the two side
// by side. Sums are added up in another order than NumPy's, and exp and log may differ in the last bit: the
// gradient is the same to twelve digits, not to the bit.

import { drawNumbers } from "../engine/noise.ts";
import { addProduct, matrix, transposed } from "./matrix.ts";

// Weights (inputs, outputs) and biases (outputs).
interface Layer {
  inputs: number;
  outputs: number;
  weights: Float64Array;
  biases: Float64Array;
}

// How many inputs, how many units in each hidden layer, how many classes.
export type Sizes = readonly [number, number, ...number[]];

export interface Data {
  inputs: Float64Array; // a row for each example
  labels: ArrayLike<number>;
}

// How many parameters there are.
export const sizeOf = (sizes: Sizes): number =>
  sizes.slice(1).reduce((sum, outputs, k) => sum + (sizes[k]! + 1) * outputs, 0);

// The weights and biases of each layer: views of the vector, not copies.
export function layersOf(sizes: Sizes, params: Float64Array): Layer[] {
  let end = 0;
  return sizes.slice(1).map((outputs, k) => {
    const inputs = sizes[k]!;
    const [start, middle] = [end, end + inputs * outputs];
    end = middle + outputs;
    return { inputs, outputs, weights: params.subarray(start, middle), biases: params.subarray(middle, end) };
  });
}

// Random weights of variance 2 / inputs, times a scale, and biases of 0: the same bits as in Python.
export function initial(sizes: Sizes, seed: number, scale = 1): Float64Array {
  const params = new Float64Array(sizeOf(sizes));
  const drawn = drawNumbers(seed, params.length);
  let next = 0;
  for (const { inputs, weights } of layersOf(sizes, params)) {
    const deviation = Math.sqrt(2 / inputs) * scale;
    for (let k = 0; k < weights.length; k++) weights[k] = deviation * drawn[next++]!;
  }
  return params;
}

// What each layer hands on, from the inputs to the scores of each class.
export function forward(
  sizes: Sizes,
  params: Float64Array,
  inputs: Float64Array,
  zeros = newZeros,
): Float64Array[] {
  const layers = layersOf(sizes, params);
  const passed = [inputs];
  layers.forEach((layer, k) => {
    const sums = throughLayer(layer, passed[k]!, zeros);
    if (k < layers.length - 1) rectify(sums); // the last layer has no rectifier
    passed.push(sums);
  });
  return passed;
}

function rectify(sums: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = Math.max(sums[k]!, 0);
}

// below @ weights + biases
function throughLayer(
  { inputs, outputs, weights, biases }: Layer,
  below: Float64Array,
  zeros: Zeros,
): Float64Array {
  const above = zeros((below.length / inputs) * outputs);
  for (let row = 0; row < above.length; row += outputs) above.set(biases, row);
  addProduct(matrix(below, inputs), matrix(weights, outputs), above);
  return above;
}

// The logarithm of each class's probability. The largest score is taken off first: the exponential of a large
// one would be infinite.
function logSoftmax(scores: Float64Array, classes: number, zeros = newZeros): Float64Array {
  const logs = zeros(scores.length);
  for (let at = 0; at < scores.length; at += classes) {
    let [highest, sum] = [-Infinity, 0];
    for (let k = at; k < at + classes; k++) highest = Math.max(highest, scores[k]!);
    for (let k = at; k < at + classes; k++) sum += Math.exp(scores[k]! - highest);
    const off = highest + Math.log(sum);
    for (let k = at; k < at + classes; k++) logs[k] = scores[k]! - off;
  }
  return logs;
}

// The mean cross-entropy, in nats: what a label comes as a surprise.
const surprise = (logs: Float64Array, classes: number, labels: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < labels.length; k++) sum -= logs[k * classes + labels[k]!]!;
  return sum / labels.length;
};

export function loss(sizes: Sizes, params: Float64Array, { inputs, labels }: Data): number {
  const classes = sizes.at(-1)!;
  return surprise(logSoftmax(forward(sizes, params, inputs).at(-1)!, classes), classes, labels);
}

// How probable each class is, of each example: the logarithms.
export const logProbabilities = (sizes: Sizes, params: Float64Array, inputs: Float64Array): Float64Array =>
  logSoftmax(forward(sizes, params, inputs).at(-1)!, sizes.at(-1)!);

// The class with the highest score, of each example.
export function predictions(sizes: Sizes, params: Float64Array, inputs: Float64Array): Uint8Array {
  const [classes, scores] = [sizes.at(-1)!, forward(sizes, params, inputs).at(-1)!];
  return Uint8Array.from({ length: scores.length / classes }, (_, k) => {
    const row = scores.subarray(k * classes, (k + 1) * classes);
    return row.indexOf(row.reduce((most, score) => Math.max(most, score), -Infinity));
  });
}

// The share of examples whose highest score is that of their label.
export function accuracy(sizes: Sizes, params: Float64Array, { inputs, labels }: Data): number {
  const said = predictions(sizes, params, inputs);
  return said.reduce((right, label, k) => right + Number(label === labels[k]), 0) / labels.length;
}

// The loss; and its gradient by backpropagation, written into `grad`. Who calls it again and again gives it the
// same memory.
export function gradient(
  sizes: Sizes,
  params: Float64Array,
  { inputs, labels }: Data,
  grad: Float64Array,
  memory: Float64Array[] = [],
): number {
  const zeros = zerosIn(memory);
  const passed = forward(sizes, params, inputs, zeros);
  const [scores, classes] = [passed.pop()!, sizes.at(-1)!];
  const logs = logSoftmax(scores, classes, zeros);

  // Of the loss along the scores: probability less truth.
  let delta = zeros(logs.length);
  for (let k = 0; k < logs.length; k++) delta[k] = Math.exp(logs[k]!);
  for (let k = 0; k < labels.length; k++) delta[k * classes + labels[k]!]! -= 1;
  for (let k = 0; k < logs.length; k++) delta[k]! /= labels.length;

  grad.fill(0);
  const [ours, slots] = [layersOf(sizes, params), layersOf(sizes, grad)];
  for (let k = ours.length - 1; k >= 0; k--) {
    addProducts(slots[k]!, passed[k]!, delta);
    if (k > 0) delta = backThrough(ours[k]!, passed[k]!, delta, zeros);
  }
  return surprise(logs, classes, labels);
}

// below.T @ delta, and the sum of delta over the examples
function addProducts(
  { inputs, outputs, weights, biases }: Layer,
  below: Float64Array,
  delta: Float64Array,
): void {
  addProduct(transposed(matrix(below, inputs)), matrix(delta, outputs), weights);
  for (let row = 0; row < delta.length; row += outputs) {
    for (let k = 0; k < outputs; k++) biases[k]! += delta[row + k]!;
  }
}

// (delta @ weights.T) * (below > 0)
function backThrough(
  { outputs, weights }: Layer,
  below: Float64Array,
  delta: Float64Array,
  zeros: Zeros,
): Float64Array {
  const before = zeros(below.length);
  addProduct(matrix(delta, outputs), transposed(matrix(weights, outputs)), before);
  for (let k = 0; k < before.length; k++) before[k]! *= Number(below[k]! > 0);
  return before;
}

// ---- vectors of zeros to write into ----------------------------------------------------

type Zeros = (length: number) => Float64Array;

function newZeros(length: number): Float64Array {
  return new Float64Array(length);
}

// In the order in which they are asked for, those that were there the last time: a browser takes half as long to
// find new memory as the sums take.
function zerosIn(memory: Float64Array[]): Zeros {
  let next = 0;
  return (length) => {
    const kept = memory[next];
    const vector = kept?.length === length ? kept.fill(0) : newZeros(length);
    memory[next] = vector;
    next++;
    return vector;
  };
}
