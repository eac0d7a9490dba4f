// Statistics of a tensor and its picture in miniature. Knows no tape and no view.
import type { HeatMap, Summary } from '../protocol';
import { elements, forEachElement, Tensor } from '../tensor/tensor';

/** A tensor's statistics over its finite elements; counts over all. */
export function summarize(tensor: Tensor): Summary {
  const values = elements(tensor);
  let [sum, squares, min, max, zeros, nan, infinite] = [0, 0, Infinity, -Infinity, 0, 0, 0];
  eachElement(tensor, (at) => {
    const value = values[at];
    if (value - value !== 0) {
      if (Number.isNaN(value)) nan++;
      else infinite++;
      return;
    }
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  });
  const finite = tensor.count - nan - infinite;
  const mean = sum / finite;
  return {
    shape: [...tensor.shape],
    dtype: tensor.dtype,
    count: tensor.count,
    mean,
    std: Math.sqrt(Math.max(squares / finite - mean * mean, 0)),
    min: finite === 0 ? NaN : min,
    max: finite === 0 ? NaN : max,
    norm: Math.sqrt(squares),
    zeros,
    nan,
    infinite,
  };
}

/** A summary, and how the finite elements are spread from the least to the largest. */
export interface Statistics extends Summary {
  /** Counts in 32 intervals of the same width; all in the first when all elements are equal. */
  histogram: number[];
}

const bins = 32;

/** A summary with its histogram, in two passes. */
export function statisticsOf(tensor: Tensor): Statistics {
  const summary = summarize(tensor);
  const { min, max } = summary;
  const histogram = Array.from({ length: bins }, () => 0);
  const values = elements(tensor);
  const scale = max > min ? bins / (max - min) : 0;
  eachElement(tensor, (at) => {
    const value = values[at];
    if (value - value === 0) histogram[Math.min(bins - 1, Math.floor((value - min) * scale))]++;
  });
  return { ...summary, histogram };
}

/** As `forEachElement`, and fast where the elements lie side by side. */
function eachElement(tensor: Tensor, visit: (position: number) => void): void {
  if (!tensor.isContiguous) {
    forEachElement(tensor, visit);
    return;
  }
  for (let at = tensor.start, end = at + tensor.count; at < end; at++) visit(at);
}

/** No picture has more cells in either direction, unless it is asked for. */
const usualSide = 64;
const mostMaps = 16;

/**
 * A picture of at most 64 × 64 cells, or as many as `side` says. Images [N, C, H, W] show the first
 * one's channels side by side; other tensors their last two dimensions, at index 0 of the rest.
 */
export function heatMap(tensor: Tensor, side = usualSide): HeatMap {
  if (tensor.rank === 4) return channelGrid(tensor, side);
  return shrink(plane(tensor), side, side);
}

/** A matrix as it is, and pictures [N, H, W] or [N, C, H, W] side by side: those of the first channel. */
export function pictureOf(tensor: Tensor): HeatMap {
  const { rank, shape, strides, storage, dtype, offset } = tensor;
  if (rank < 3) return shrink(plane(tensor), usualSide, usualSide);
  const [height, width] = [rank - 2, rank - 1];
  const pick = (list: readonly number[]): number[] => [list[0], list[height], list[width]];
  const [n, rows, columns] = pick(shape);
  const at = pick(strides);
  // The pictures stand where channelGrid looks for channels.
  return channelGrid(
    new Tensor(storage, [1, n, rows, columns], dtype, [0, ...at], offset),
    2 * usualSide,
  );
}

/** The last two dimensions at index 0 of all others; a vector is a row. */
function plane(tensor: Tensor): Tensor {
  const shape = tensor.shape.slice(-2);
  const strides = tensor.strides.slice(-2);
  while (shape.length < 2) {
    shape.unshift(1);
    strides.unshift(0);
  }
  const empty = tensor.count === 0;
  return new Tensor(tensor.storage, empty ? [0, 0] : shape, tensor.dtype, strides, tensor.offset);
}

function channelGrid(images: Tensor, longestSide: number): HeatMap {
  const [, channels, height, width] = images.shape as [number, number, number, number];
  const maps = Math.min(channels, mostMaps);
  const columns = Math.ceil(Math.sqrt(maps));
  const rows = Math.ceil(maps / columns);
  const side = Math.floor(longestSide / columns);
  const [cellHeight, cellWidth] = [Math.min(height, side), Math.min(width, side)];
  const grid = {
    width: columns * cellWidth,
    height: rows * cellHeight,
    values: new Float32Array(columns * cellWidth * rows * cellHeight),
  };
  if (images.count === 0) return { width: 0, height: 0, values: new Float32Array() };
  for (let c = 0; c < maps; c++) {
    const channel = new Tensor(
      images.storage,
      [height, width],
      images.dtype,
      images.strides.slice(2),
      images.offset + c * images.strides[1],
    );
    const small = shrink(channel, cellWidth, cellHeight);
    const [top, left] = [Math.floor(c / columns) * cellHeight, (c % columns) * cellWidth];
    for (let y = 0; y < small.height; y++) {
      const row = small.values.subarray(y * small.width, (y + 1) * small.width);
      grid.values.set(row, (top + y) * grid.width + left);
    }
  }
  return grid;
}

/** Averages blocks of a matrix so that it fits; a block with a NaN is NaN. */
export function shrink(matrix: Tensor, mostColumns: number, mostRows: number): HeatMap {
  const [rows, columns] = matrix.shape as [number, number];
  const [height, width] = [Math.min(rows, mostRows), Math.min(columns, mostColumns)];
  const source = elements(matrix);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.floor((y * rows) / height), Math.floor(((y + 1) * rows) / height)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [
        Math.floor((x * columns) / width),
        Math.floor(((x + 1) * columns) / width),
      ];
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          sum += source[matrix.start + row * matrix.strides[0] + column * matrix.strides[1]];
        }
      }
      values[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return { width, height, values };
}
