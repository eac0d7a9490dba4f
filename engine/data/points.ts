// Points in the plane that belong to classes, and points on a line: data to look at. Knows no model.
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { TensorDataset } from './dataset';
import { Random, seedOf, type Seeded } from './random';

export interface PointOptions extends Seeded {
  /** How many points. */
  count?: number;
  /** Standard deviation of the noise that is added. */
  noise?: number;
}

/** One labelled point per call. */
type Draw = (random: Random, label: number) => [x: number, y: number];

function points(
  name: string,
  classes: number,
  options: PointOptions,
  draw: Draw,
  extra: readonly string[] = [],
): TensorDataset {
  checkOptions(name, options, ['count', 'noise', 'seed', ...extra]);
  const { count = 200 } = options;
  checkCount(name, 'count', count);
  const random = new Random(seedOf(options), name);
  const places = new Float32Array(2 * count);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  labels.forEach((label, i) => places.set(draw(random, label), 2 * i));
  return new TensorDataset({ values: places, shape: [2] }, { values: labels, shape: [] });
}

/**
 * Arms that wind around each other, one per class, inside about [−1, 1]². No straight line helps.
 * Samples: x [2], y the number of the arm.
 */
export function spiral(
  options: PointOptions & {
    /** How many arms. Default 2. */ classes?: number;
    /** How often an arm winds around. Default 1.5. */ turns?: number;
  } = {},
): TensorDataset {
  const { noise = 0.03, classes = 2, turns = 1.5 } = options;
  checkCount('spiral', 'classes', classes);
  const draw: Draw = (random, label) => {
    const along = Math.sqrt(random.uniform(0.005, 1));
    const angle = 2 * Math.PI * (turns * along + label / classes);
    return [
      along * Math.cos(angle) + random.normal(0, noise),
      along * Math.sin(angle) + random.normal(0, noise),
    ];
  };
  return points('spiral', classes, options, draw, ['classes', 'turns']);
}

/** A disc (class 1) inside a ring (class 0). Samples: x [2], y the class. */
export function circles(options: PointOptions = {}): TensorDataset {
  const { noise = 0.05 } = options;
  return points('circles', 2, options, (random, label) => {
    const angle = random.uniform(0, 2 * Math.PI);
    const radius = label === 1 ? 0.5 * Math.sqrt(random.uniform()) : random.uniform(0.7, 1);
    return [
      radius * Math.cos(angle) + random.normal(0, noise),
      radius * Math.sin(angle) + random.normal(0, noise),
    ];
  });
}

/** Four corners; opposite ones share a class (1 where the signs differ). Samples: x [2], y the class. */
export function xor(options: PointOptions = {}): TensorDataset {
  const { noise = 0.05 } = options;
  return points('xor', 2, options, (random, label) => {
    const right = random.uniform() < 0.5 ? -1 : 1;
    const up = label === 1 ? -right : right;
    return [
      right * random.uniform(0.1, 1) + random.normal(0, noise),
      up * random.uniform(0.1, 1) + random.normal(0, noise),
    ];
  });
}

/** Round clouds around centers on a circle, one per class. Samples: x [2], y the class. */
export function gaussians(
  options: PointOptions & { /** How many clouds. Default 2. */ classes?: number } = {},
): TensorDataset {
  const { noise = 0.2, classes = 2 } = options;
  checkCount('gaussians', 'classes', classes);
  const draw: Draw = (random, label) => {
    const angle = (2 * Math.PI * label) / classes + Math.PI / 4;
    const [x, y] = [0.6 * Math.cos(angle), 0.6 * Math.sin(angle)];
    return [random.normal(x, noise), random.normal(y, noise)];
  };
  return points('gaussians', classes, options, draw, ['classes']);
}

export interface LinearOptions extends PointOptions {
  /** The true weights; there is one input for each. Default [2, −3.4]. */
  weight?: readonly number[];
  /** The true bias. Default 4.2. */
  bias?: number;
}

/** y = w · x + b + noise with standard normal inputs. Samples: x [inputs], y [1]. */
export function linear(options: LinearOptions = {}): TensorDataset {
  checkOptions('linear', options, ['count', 'noise', 'seed', 'weight', 'bias']);
  const { count = 200, noise = 0.1, weight = [2, -3.4], bias = 4.2 } = options;
  checkCount('linear', 'count', count);
  const random = new Random(seedOf(options), 'linear');
  const inputs = Float32Array.from({ length: count * weight.length }, () => random.normal());
  const targets = Float32Array.from({ length: count }, (_, i) =>
    weight.reduce(
      (sum, w, j) => sum + w * inputs[i * weight.length + j],
      bias + random.normal(0, noise),
    ),
  );
  return new TensorDataset(
    { values: inputs, shape: [weight.length] },
    { values: targets, shape: [1] },
  );
}
