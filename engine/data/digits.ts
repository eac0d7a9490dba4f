// Digits as people write them, drawn from stroke skeletons with a shaky hand. Knows no model.
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { TensorDataset } from './dataset';
import { Random, seedOf, type Seeded } from './random';
import { arc, curve, drawStroke, type Point } from './strokes';

/** How each digit can be written: variants of strokes in a box 0.6 wide and 1 high. */
// prettier-ignore
const skeletons: readonly (readonly Point[][])[][] = [
  [[arc([0.3, 0.5], [0.28, 0.48], 0.7, 1.72)], [arc([0.3, 0.5], [0.2, 0.5], 0.75, 1.75)]],
  [
    [[[0.3, 0.02], [0.3, 0.98]]],
    [[[0.1, 0.22], [0.34, 0.02], [0.34, 0.98]]],
    [[[0.1, 0.22], [0.32, 0.02], [0.32, 0.98]], [[0.08, 0.98], [0.56, 0.98]]],
  ],
  [
    [[...arc([0.3, 0.27], [0.25, 0.25], 0.55, 1.08), ...curve([0.5, 0.42], [0.38, 0.62], [0.04, 0.97]), [0.58, 0.97]]],
    [[...arc([0.3, 0.27], [0.25, 0.25], 0.55, 1.1), ...curve([0.46, 0.46], [0.3, 0.66], [0.1, 0.9]), ...arc([0.14, 0.88], [0.09, 0.09], 0.35, 1.1), [0.58, 0.97]]],
  ],
  [
    [[...arc([0.28, 0.25], [0.25, 0.23], 0.58, 1.2), ...arc([0.27, 0.72], [0.29, 0.26], 0.75, 1.42)]],
    [[[0.06, 0.03], [0.52, 0.03], [0.24, 0.4], ...arc([0.26, 0.7], [0.29, 0.28], 0.78, 1.42)]],
  ],
  [
    [[[0.36, 0.02], [0.02, 0.64], [0.58, 0.64]], [[0.42, 0.38], [0.42, 0.98]]],
    [[[0.08, 0.04], [0.06, 0.5], [0.52, 0.5]], [[0.5, 0.02], [0.48, 0.98]]],
    [[[0.4, 0.98], [0.4, 0.02], [0.02, 0.66], [0.58, 0.66]]],
  ],
  [
    [[[0.52, 0.03], [0.12, 0.03], [0.08, 0.45], ...arc([0.27, 0.68], [0.28, 0.28], 0.7, 1.42)]],
    [[[0.1, 0.03], [0.08, 0.44], ...arc([0.26, 0.68], [0.29, 0.29], 0.72, 1.4)], [[0.1, 0.03], [0.54, 0.03]]],
  ],
  [
    [[...curve([0.46, 0.02], [0.06, 0.2], [0.05, 0.68]), ...arc([0.3, 0.7], [0.25, 0.27], 0.5, -0.5)]],
    [[...curve([0.3, 0.02], [0.04, 0.42], [0.07, 0.76]), ...arc([0.27, 0.78], [0.2, 0.2], 0.5, -0.52)]],
  ],
  [
    [[[0.04, 0.04], [0.56, 0.04], [0.2, 0.98]]],
    [[[0.04, 0.04], [0.56, 0.04], ...curve([0.56, 0.04], [0.3, 0.42], [0.26, 0.98])], [[0.14, 0.5], [0.5, 0.5]]],
    [[[0.05, 0.16], [0.05, 0.04], [0.56, 0.04], ...curve([0.56, 0.04], [0.34, 0.4], [0.24, 0.98])]],
  ],
  [
    [[...arc([0.3, 0.26], [0.22, 0.24], 0.25, -0.75), ...arc([0.3, 0.74], [0.27, 0.24], 0.75, 1.75)]],
    [[...arc([0.3, 0.26], [0.24, 0.24], 0.92, 0.25), ...arc([0.3, 0.74], [0.26, 0.24], 0.75, 1.72), ...curve([0.28, 0.5], [0.44, 0.36], [0.52, 0.2])]],
  ],
  [
    [[...arc([0.3, 0.28], [0.24, 0.26], 1, 0), ...curve([0.54, 0.28], [0.56, 0.62], [0.44, 0.98])]],
    [[...arc([0.29, 0.28], [0.24, 0.26], 0.95, 0), [0.53, 0.28], [0.52, 0.74], ...arc([0.3, 0.76], [0.22, 0.21], 0, 0.42)]],
  ],
];

export interface DigitOptions extends Seeded {
  /** How many pictures. Default 1000. */
  count?: number;
  /** Width and height in pixels. Default 28. */
  size?: number;
  /** Standard deviation of the paper's grain. Default 0.04. */
  noise?: number;
}

/**
 * Pictures of handwritten digits 0 to 9, as many of each, in random order. Every one has its own slant,
 * size, place, pen and tremor. Samples: x [1, size, size] from 0 (paper) to 1 (ink), y the digit.
 */
export function digits(options: DigitOptions = {}): TensorDataset {
  checkOptions('digits', options, ['count', 'size', 'noise', 'seed']);
  const { count = 1000, size = 28, noise = 0.04 } = options;
  checkCount('digits', 'count', count);
  checkCount('digits', 'size', size, 8);
  const seed = seedOf(options);
  const pictures = new Float32Array(count * size * size);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  labels.forEach((digit, i) => {
    drawDigit(pictures, i * size * size, size, digit, noise, new Random(seed, 'digits', i));
  });
  return new TensorDataset(
    { values: pictures, shape: [1, size, size] },
    { values: labels, shape: [] },
  );
}

function drawDigit(
  pictures: Float32Array,
  offset: number,
  size: number,
  digit: number,
  noise: number,
  random: Random,
): void {
  const place = placement(size, random);
  const radius = (size / 28) * random.uniform(0.75, 1.6);
  const ink = random.uniform(0.8, 1);
  for (const stroke of random.choose(skeletons[digit])) {
    drawStroke(pictures, offset, size, shaken(stroke, random).map(place), radius);
  }
  for (let at = offset; at < offset + size * size; at++) {
    const grey = ink * pictures[at] + random.normal(0, noise);
    pictures[at] = Math.min(Math.max(grey, 0), 1);
  }
}

/** From the skeleton's box to pixels: turned, slanted, stretched, and put somewhere near the middle. */
function placement(size: number, random: Random): (point: Point) => Point {
  const turn = random.normal(0, 0.1);
  const slant = random.normal(0.08, 0.16);
  const height = size * random.uniform(0.58, 0.76);
  const width = height * random.uniform(0.8, 1.25);
  const [shiftX, shiftY] = [random.normal(0, 0.05 * size), random.normal(0, 0.05 * size)];
  return ([x, y]) => {
    const [across, down] = [width * (x - 0.3 - slant * (y - 0.5)), height * (y - 0.5)];
    return [
      size / 2 + shiftX + across * Math.cos(turn) - down * Math.sin(turn),
      size / 2 + shiftY + across * Math.sin(turn) + down * Math.cos(turn),
    ];
  };
}

/** The hand's tremor: a slow wave along the stroke, and ends that are never quite where they belong. */
function shaken(stroke: readonly Point[], random: Random): Point[] {
  const wave = (): ((t: number) => number) => {
    const [low, high] = [random.normal(0, 0.025), random.normal(0, 0.015)];
    const [phase, shift] = [random.uniform(0, 2 * Math.PI), random.normal(0, 0.015)];
    return (t) =>
      shift + low * Math.sin(Math.PI * t + phase) + high * Math.sin(3 * Math.PI * t + phase);
  };
  const [waveX, waveY] = [wave(), wave()];
  return stroke.map(([x, y], i) => {
    const t = i / (stroke.length - 1);
    return [x + waveX(t), y + waveY(t)];
  });
}
