// Timed training steps of classifiers, and the data of all; the torch peer has the same by name.
import { F, nn, optim, tensor, type Tensor } from 'retrograd';

/** A model with its optimizer and data: one call is one training step on the next batch. */
export interface Workload {
  readonly model: nn.Module;
  readonly step: (batch: number) => Tensor;
}

/** Numbers between −1 and 1 that the torch peer makes, too: element i of a series. */
export function series(count: number, salt: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const mixed = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
    const bits = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 8;
    values[i] = bits / 2 ** 23 - 1;
  }
  return values;
}

const batches = 4;

export function floats(shape: readonly number[], salt: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(series(count, salt), { dtype: 'float32' }).reshape(shape);
}

export function classes(count: number, size: number, salt: number): Tensor {
  const values = Array.from(series(count, salt), (value) => Math.floor(((value + 1) / 2) * size));
  return tensor(values, { dtype: 'int32' });
}

/** One of a few batches in turn: a single one would drive the loss to zero and its gradients into denormals. */
export const inTurn = <T>(make: (batch: number) => T): ((batch: number) => T) => {
  const all = Array.from({ length: batches }, (_, batch) => make(batch));
  return (batch) => all[batch % batches];
};

function mlp(): Workload {
  const model = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  );
  return classifier(model, [64, 784]);
}

function lenet(): Workload {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 16, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(400, 120),
    new nn.ReLU(),
    new nn.Linear(120, 84),
    new nn.ReLU(),
    new nn.Linear(84, 10),
  );
  return classifier(model, [64, 1, 28, 28]);
}

function cnn(): Workload {
  const model = new nn.Sequential(
    new nn.Conv2d(3, 6, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 16, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(400, 10),
  );
  return classifier(model, [32, 3, 32, 32]);
}

function spiral(): Workload {
  const model = new nn.Sequential(
    new nn.Linear(2, 16),
    new nn.Tanh(),
    new nn.Linear(16, 16),
    new nn.Tanh(),
    new nn.Linear(16, 2),
  );
  return classifier(model, [32, 2], 2);
}

function classifier(model: nn.Sequential, shape: readonly number[], kinds = 10): Workload {
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const data = inTurn((batch) => ({
    x: floats(shape, 100 + batch),
    y: classes(shape[0], kinds, 200 + batch),
  }));
  return {
    model,
    step: (batch) => {
      const { x, y } = data(batch);
      return trained(optimizer, () => F.crossEntropy(model.forward(x), y));
    },
  };
}

/** One step of the usual kind. */
export function trained(optimizer: optim.Adam, lossOf: () => Tensor): Tensor {
  optimizer.zeroGrad();
  const loss = lossOf();
  loss.backward();
  optimizer.step();
  return loss;
}

export const classifiers: Readonly<Record<string, () => Workload>> = { spiral, mlp, lenet, cnn };
