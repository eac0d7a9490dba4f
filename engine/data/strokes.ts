// Draws pen strokes as a grey picture without jagged edges. Knows no digit.

export type Point = readonly [x: number, y: number];

/** Points along an ellipse's arc; angles in turns, clockwise from the right, y downwards. */
export function arc(
  center: Point,
  radius: Point,
  from: number,
  to: number,
  pieces = Math.ceil(16 * Math.abs(to - from)) + 1,
): Point[] {
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / pieces);
    return [center[0] + radius[0] * Math.cos(angle), center[1] + radius[1] * Math.sin(angle)];
  });
}

/** Points along a quadratic Bézier curve from `start` to `end`, pulled towards `control`. */
export function curve(start: Point, control: Point, end: Point, pieces = 8): Point[] {
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const t = i / pieces;
    const weights = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    const at = (axis: 0 | 1): number =>
      weights[0] * start[axis] + weights[1] * control[axis] + weights[2] * end[axis];
    return [at(0), at(1)];
  });
}

/**
 * Draws lines of a round pen into a picture of `size` × `size` values from 0 (paper) to 1 (ink), which
 * begins at `offset`. Points and the pen's radius are in pixels; pixel (0, 0) is centred on (0.5, 0.5).
 */
export function drawStroke(
  picture: Float32Array,
  offset: number,
  size: number,
  points: readonly Point[],
  radius: number,
): void {
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const reach = radius + 1;
    const [left, right] = pixelRange(Math.min(x0, x1) - reach, Math.max(x0, x1) + reach, size);
    const [top, bottom] = pixelRange(Math.min(y0, y1) - reach, Math.max(y0, y1) + reach, size);
    const lengthSquared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = lengthSquared === 0 ? 0 : (px * (x1 - x0) + py * (y1 - y0)) / lengthSquared;
        const t = Math.min(Math.max(along, 0), 1);
        const distance = Math.hypot(px - t * (x1 - x0), py - t * (y1 - y0));
        const ink = Math.min(Math.max(radius + 0.5 - distance, 0), 1);
        const at = offset + y * size + x;
        if (ink > picture[at]) picture[at] = ink;
      }
    }
  }
}

function pixelRange(low: number, high: number, size: number): [number, number] {
  return [Math.max(Math.floor(low), 0), Math.min(Math.ceil(high), size - 1)];
}
