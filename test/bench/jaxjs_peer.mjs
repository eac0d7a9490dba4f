// jax-js's side of the bench, on its WASM device: one JSON line in, one out. Knows no other side.
import { createRequire } from 'node:module';
import { answerLines, classes, dense, floats, series, timed } from './js-peer.mjs';

const jax = createRequire(process.argv[2])('@jax-js/jax');
const { numpy: np, nn } = jax;
await jax.init('wasm');
jax.defaultDevice('wasm');

const array = (values, shape) => np.array(values).reshape(shape);

/** A classifier of dense layers; plain gradient descent, the lightest step that could be compared. */
function classifier({ sizes, activation, rows, kinds }) {
  let parameters = sizes
    .slice(1)
    .flatMap((size, i) => [
      array(series(size * sizes[i], 1000 + 2 * i, 0.08), [size, sizes[i]]),
      array(series(size, 1001 + 2 * i, 0.08), [size]),
    ]);
  const count = sizes.length - 1;
  const batches = [0, 1, 2, 3].map((batch) => {
    const y = new Float32Array(rows * kinds);
    classes(rows, kinds, 200 + batch).forEach((kind, row) => (y[row * kinds + kind] = 1));
    return [array(floats(rows * sizes[0], 100 + batch), [rows, sizes[0]]), array(y, [rows, kinds])];
  });
  const act = activation === 'relu' ? nn.relu : np.tanh;
  const lossOf = (weights, x, y) => {
    let value = x;
    for (let i = 0; i < count; i++) {
      value = np.dot(value, np.transpose(weights[2 * i])).add(weights[2 * i + 1]);
      if (i < count - 1) value = act(value);
    }
    return nn
      .logSoftmax(value)
      .mul(y)
      .sum()
      .mul(-1 / rows);
  };
  const step = jax.jit((weights, x, y) => {
    const [loss, gradients] = jax.valueAndGrad(lossOf)(
      weights.map((w) => w.ref),
      x,
      y,
    );
    return [loss, weights.map((w, i) => w.sub(gradients[i].mul(1e-3)))];
  });
  let steps = 0;
  return () => {
    const [x, y] = batches[steps++ % 4];
    const [loss, next] = step(parameters, x.ref, y.ref);
    parameters = next;
    return loss.item();
  };
}

const ready = new Map();
const stepOf = (name) => {
  if (!ready.has(name)) ready.set(name, classifier(dense[name]));
  return ready.get(name);
};

function product(name, seconds) {
  const [m, n, k] = name.split('x').map(Number);
  const [a, b] = [array(series(m * k, 1, 1), [m, k]), array(series(k * n, 2, 1), [k, n])];
  const ms = timed(seconds, () => void np.dot(a.ref, b.ref).dataSync());
  return (2 * m * n * k) / ms / 1e6;
}

answerLines({
  can: (name) => name in dense,
  // Its update rule is another, so only the first loss is the same.
  losses: (name) => [stepOf(name)()],
  steps: (name, seconds) => timed(seconds, stepOf(name)),
  gemm: product,
});
