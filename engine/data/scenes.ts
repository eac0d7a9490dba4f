// Drawn scenes of two coloured shapes, each with the sentence that describes it. Knows no model.
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { AnswerDataset } from './pairs';
import { Random, seedOf, type Seeded } from './random';

const colors: Record<string, Color> = {
  red: [0.9, 0.2, 0.2],
  green: [0.2, 0.8, 0.3],
  blue: [0.25, 0.4, 0.95],
  yellow: [0.95, 0.85, 0.2],
};
const shapes: Record<string, Inside> = {
  circle: (x: number, y: number) => Math.hypot(x, y) <= 1,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) <= 0.9,
  triangle: (x: number, y: number) => y <= 0.9 && Math.abs(x) <= (y + 1) / 2,
};
/**
 * Where the first shape lies, seen from the second. One of each pair of opposites, so that a scene has
 * exactly one description: the upper or left shape comes first.
 */
const relations: Record<string, readonly [across: number, down: number]> = {
  above: [0, -1],
  'left of': [-1, 0],
};

export interface SceneOptions extends Seeded {
  /** How many scenes. Default 1000. */
  count?: number;
  /** Width and height in pixels. Default 16. */
  size?: number;
}

/** A point of a shape's own square, from −1 to 1, y downwards: is it inside? */
type Inside = (x: number, y: number) => boolean;
type Color = readonly [red: number, green: number, blue: number];

/**
 * Scenes such as "a red circle above a blue square", on a dark ground. Samples: x [3, size, size], red,
 * green and blue from 0 to 1; y the words, between marks, as in `pairs`.
 */
export function scenes(options: SceneOptions = {}): AnswerDataset {
  checkOptions('scenes', options, ['count', 'size', 'seed']);
  const { count = 1000, size = 16 } = options;
  checkCount('scenes', 'count', count);
  checkCount('scenes', 'size', size, 8);
  const seed = seedOf(options);
  const pictures = new Float32Array(count * 3 * size * size);
  const captions = Array.from({ length: count }, (_, i) => {
    const picture = pictures.subarray(i * 3 * size * size, (i + 1) * 3 * size * size);
    return drawScene(picture, size, new Random(seed, 'scenes', i));
  });
  return new AnswerDataset({ values: pictures, shape: [3, size, size] }, captions);
}

function drawScene(picture: Float32Array, size: number, random: Random): string[] {
  const [relation, [across, down]] = random.choose(entries(relations));
  const words: string[] = [];
  picture.fill(0.08);
  const middle = [random.uniform(0.47, 0.53), random.uniform(0.47, 0.53)];
  for (const side of [1, -1]) {
    const [colorName, color] = random.choose(entries(colors));
    const [shapeName, inside] = random.choose(entries(shapes));
    const away = side * random.uniform(0.22, 0.25);
    const aside = random.uniform(-0.08, 0.08);
    const x = size * (middle[0] + away * across + aside * down);
    const y = size * (middle[1] + away * down + aside * across);
    drawShape(picture, size, inside, color, [x, y], size * random.uniform(0.17, 0.21));
    words.push('a', colorName, shapeName, ...(side === 1 ? relation.split(' ') : []));
  }
  for (let i = 0; i < picture.length; i++) picture[i] += random.normal(0, 0.02);
  return words;
}

/** Each pixel looks at a grid of 3 × 3 places, so that edges are smooth. */
function drawShape(
  picture: Float32Array,
  size: number,
  inside: Inside,
  color: Color,
  [centerX, centerY]: readonly [number, number],
  radius: number,
): void {
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let covered = 0;
      for (let place = 0; place < 9; place++) {
        const px = (x + (place % 3) / 3 + 1 / 6 - centerX) / radius;
        const py = (y + Math.floor(place / 3) / 3 + 1 / 6 - centerY) / radius;
        if (inside(px, py)) covered += 1 / 9;
      }
      color.forEach((part, channel) => {
        const at = (channel * size + y) * size + x;
        picture[at] += covered * (part - picture[at]);
      });
    }
  }
}

function entries<T>(table: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(table);
}
