"use strict";
// The networks: a GAN-GAN's curve gives the weights of a generator, a generator gives digits.

const SIDE = 28;

// x (count × inputs) → (count × outputs), for a weight (outputs × inputs).
function affine(weight, bias, x, count) {
  const outputs = bias.length, inputs = weight.length / outputs;
  const y = new Float32Array(count * outputs);
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0, w = o * inputs, at = n * inputs; i < inputs; i++) sum += weight[w + i] * x[at + i];
      y[n * outputs + o] = sum;
    }
  }
  return y;
}

function leaky(x) {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] *= facts.slope;
  return x;
}

// The last ones used, by key: floats take twice the room of what the page holds.
function remembered(most, make) {
  const kept = new Map();
  return (key) => {
    const value = kept.get(key) ?? make(key);
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > most) kept.delete(kept.keys().next().value);
    return value;
  };
}

function numbersOf(zoo) {
  return zoo.layout.reduce((sum, tensor) => sum + size(tensor.shape), 0);
}

function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

function rankOf(index) {
  return facts.gangans[index].weights.layers.at(-1).shape[0];
}

// Where the weights of a curve, as far as z needs them, and of a row end.
function curveEnd(index, z) {
  const { weights, zoo } = facts.gangans[index], numbers = numbersOf(facts.zoos[zoo]);
  return z === 0 ? weights.origin + 4 * numbers : weights.axes + 4 * rankOf(index) * numbers;
}

function rowEnd(zoo, row) {
  return zoo.held[row][0] + 4 * numbersOf(zoo);
}

const curveOf = remembered(3, (index) => {
  const { weights, zoo } = facts.gangans[index];
  const layers = weights.layers.map(({ shape, weight, bias }) => [float32(weight, size(shape)), float32(bias, shape[0])]);
  return { layers, axes: onGrid(weights.axes, rankOf(index) * numbersOf(facts.zoos[zoo]), weights.step) };
});

const rowOf = remembered(4, (key) => {
  const [zoo, row] = key.split("/");
  const [start, step] = facts.zoos[zoo].held[row];
  return onGrid(start, numbersOf(facts.zoos[zoo]), step);
});

// The weights of the generator that a GAN-GAN makes at z.
function generatorAt(index, z) {
  const { weights, zoo } = facts.gangans[index], numbers = numbersOf(facts.zoos[zoo]);
  const made = onGrid(weights.origin, numbers, weights.step);
  if (z !== 0) {
    const { layers, axes } = curveOf(index);
    let h = Float32Array.of(z);
    layers.forEach(([weight, bias], i) => {
      h = affine(weight, bias, h, 1);
      if (i < layers.length - 1) leaky(h);
    });
    for (let r = 0; r < h.length; r++) {
      for (let i = 0, at = r * numbers, by = h[r]; i < numbers; i++) made[i] += by * axes[at + i];
    }
  }
  if (weights.output === "tanh") for (let i = 0; i < numbers; i++) made[i] = Math.tanh(made[i]);
  return made;
}

// Pixels (count × 784) from 0 to 255 that a generator draws from noise vectors first … first + count − 1.
function digitsOf(zoo, generator, first, count) {
  const tensors = {};
  for (const { name, shape, offset } of zoo.layout) tensors[name] = generator.subarray(offset, offset + size(shape));
  let x = float32(zoo.noise + 4 * first * zoo.latent, count * zoo.latent);
  for (const layer of ["input", "hidden", "output"]) {
    x = affine(tensors[`${layer}.weight`], tensors[`${layer}.bias`], x, count);
    if (layer !== "output") leaky(x);
  }
  const pixels = new Uint8ClampedArray(x.length); // which rounds
  for (let i = 0; i < x.length; i++) pixels[i] = (Math.tanh(x[i]) + 1) * 127.5;
  return pixels;
}
