// TensorFlow.js's side of the bench, on its WASM backend: one JSON line in, one out. Knows no other side.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { answerLines, classes, dense, floats, series, timed } from './js-peer.mjs';

const require = createRequire(process.argv[2]);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
await tf.ready();

/** A classifier of dense layers; convolutions and look-ups cannot be trained on this backend. */
function classifier({ sizes, activation, rows, kinds }) {
  const layers = sizes.slice(1).map((size, i) => ({
    weight: tf.variable(tf.tensor2d(series(size * sizes[i], 1000 + 2 * i, 0.08), [size, sizes[i]])),
    bias: tf.variable(tf.tensor1d(series(size, 1001 + 2 * i, 0.08))),
  }));
  const batches = [0, 1, 2, 3].map((batch) => ({
    x: tf.tensor2d(floats(rows * sizes[0], 100 + batch), [rows, sizes[0]]),
    y: tf.cast(
      tf.oneHot(tf.tensor1d(classes(rows, kinds, 200 + batch), 'int32'), kinds),
      'float32',
    ),
  }));
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const scores = (x) =>
    layers.reduce((value, { weight, bias }, i) => {
      const y = tf.add(tf.matMul(value, weight, false, true), bias);
      return i === layers.length - 1 ? y : tf[activation](y);
    }, x);
  let steps = 0;
  return () => {
    const { x, y } = batches[steps++ % 4];
    const loss = optimizer.minimize(
      () => tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(scores(x))), 1))),
      true,
    );
    const value = loss.dataSync()[0];
    loss.dispose();
    return value;
  };
}

const ready = new Map();
const stepOf = (name) => {
  if (!ready.has(name)) ready.set(name, classifier(dense[name]));
  return ready.get(name);
};

function product(name, seconds) {
  const [m, n, k] = name.split('x').map(Number);
  const [a, b] = [tf.randomNormal([m, k]), tf.randomNormal([k, n])];
  const ms = timed(seconds, () => {
    const y = tf.matMul(a, b);
    y.dataSync();
    y.dispose();
  });
  tf.dispose([a, b]);
  return (2 * m * n * k) / ms / 1e6;
}

answerLines({
  can: (name) => name in dense,
  losses: (name) => Array.from({ length: 10 }, stepOf(name)),
  steps: (name, seconds) => timed(seconds, stepOf(name)),
  gemm: product,
});
