// A heat map as pixels. Pure: data in, pixels out; knows no canvas and no theme but dark or light.
import type { HeatMap } from '../../engine/protocol';
import { diverging, sequential, type ColorMap } from './color-map';

export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Which colours stand for which values. */
export interface Scale {
  map: ColorMap;
  low: number;
  high: number;
}

/** Values of both signs get a scale that is symmetric about zero; others the one of their range. */
export function scaleOf(values: ArrayLike<number>, dark: boolean): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const value of Array.from(values)) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { map: sequential, low: 0, high: 1 };
  if (low >= 0) return { map: sequential, low: 0, high: high || 1 };
  const size = Math.max(-low, high);
  return { map: diverging(dark), low: -size, high: size };
}

/** Pixels of one stripe of a hatch. */
const stripe = 2;

/**
 * Draws each cell as `cell` × `cell` pixels. What is not a number is hatched downwards and what is
 * infinite upwards, in black and white, so that neither can be taken for a value.
 */
export function drawHeatMap(heatMap: HeatMap, { map, low, high }: Scale, cell: number): Pixels {
  const width = heatMap.width * cell;
  const height = heatMap.height * cell;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * heatMap.width;
    for (let x = 0; x < width; x++) {
      const value = heatMap.values[row + Math.floor(x / cell)] ?? NaN;
      const at = 4 * (y * width + x);
      if (Number.isFinite(value)) {
        const color = 3 * Math.round((255 * (value - low)) / (high - low));
        data[at] = map[color] ?? 0;
        data[at + 1] = map[color + 1] ?? 0;
        data[at + 2] = map[color + 2] ?? 0;
      } else {
        const along = Number.isNaN(value) ? x + y : x - y + height;
        data.fill(Math.floor(along / stripe) % 2 === 0 ? 255 : 0, at, at + 3);
      }
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}
