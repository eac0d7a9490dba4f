// Images and sequences made larger or smaller. Knows no kernel's inside.
import type { Taps } from '../kernels/reference/resample';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withPositions } from './keywords';
import { checkRank, type Op } from './op';
import { resampler } from './resampling';
import { interpolateOptions, pairOf, type Pair } from './window';

/** One number for both directions, a pair, or for sequences one number alone. */
export type Scale = number | readonly [number, number] | readonly [number];
export type Interpolation = 'nearest' | 'linear' | 'bilinear';

export interface InterpolateOptions {
  /** The output's height and width. Either this or scaleFactor. */
  size?: Pair | readonly [number] | null;
  /** How many times larger, may have a fraction. */
  scaleFactor?: Scale | null;
  /** Default 'nearest'; 'linear' is for sequences, 'bilinear' for images. */
  mode?: Interpolation;
  /** For 'linear' and 'bilinear': corners of input and output coincide. Default false. */
  alignCorners?: boolean | null;
}

/** Sequences [N, C, L], as images one row high. */
function alongSequences(x: Tensor, options: InterpolateOptions): Tensor {
  const { size, scaleFactor, mode = 'nearest', ...others } = options;
  if (mode === 'bilinear') {
    throw new ArgumentError(
      "interpolate: sequences have mode 'nearest' or 'linear', not 'bilinear'",
    );
  }
  const single = (value: Scale): number => (typeof value === 'number' ? value : value[0]);
  const given: InterpolateOptions = {
    ...(size !== undefined && size !== null && { size: [1, single(size)] }),
    ...(scaleFactor !== undefined &&
      scaleFactor !== null && { scaleFactor: [1, single(scaleFactor)] }),
  };
  const stretch = mode === 'linear' ? 'bilinear' : mode;
  return interpolate(x.unsqueeze(2), { ...others, ...given, mode: stretch }).squeeze(2);
}

const interpolateOp = resampler('interpolate', 'interpolate');

/** Images [N, C, H, W] or sequences [N, C, L] made larger or smaller (torch.nn.functional.interpolate). */
export const interpolate: Op<
  [x: Tensor, options: InterpolateOptions] | [x: Tensor, size: Pair, options?: InterpolateOptions]
> = withPositions(
  'interpolate',
  1,
  interpolateOptions,
  Object.assign(
    (x: Tensor, options: InterpolateOptions = {}) => {
      checkOptions('interpolate', options, interpolateOptions);
      if (x.rank === 3) return alongSequences(x, options);
      checkRank('interpolate', 'the input', x, 3, 4);
      const { mode = 'nearest' } = options;
      const [size, scaleFactor] = [options.size ?? undefined, options.scaleFactor ?? undefined];
      const alignCorners = options.alignCorners ?? false;
      if ((size === undefined) === (scaleFactor === undefined)) {
        throw new ArgumentError('interpolate: needs either size or scaleFactor');
      }
      if (mode !== 'nearest' && mode !== 'bilinear') {
        throw new ArgumentError(
          `interpolate: mode must be 'nearest' or 'bilinear', but it is '${mode}'`,
        );
      }
      if (alignCorners && mode === 'nearest') {
        throw new ArgumentError(`interpolate: alignCorners needs mode 'bilinear'`);
      }
      const factors = typeof scaleFactor === 'number' ? [scaleFactor, scaleFactor] : scaleFactor;
      const taps = [0, 1].map((i) => {
        const from = x.shape[2 + i];
        const to =
          size === undefined
            ? Math.floor(from * factors![i])
            : pairOf('interpolate', 'size', size as Pair, 1)[i];
        if (!(to > 0 && from > 0)) {
          throw new ShapeError(
            `interpolate: ${formatShape(x.shape)} has nothing to fill ${to} places with`,
          );
        }
        // PyTorch takes a given factor at its word, even where sizes were rounded.
        const scale = factors === undefined ? from / to : 1 / factors[i];
        if (mode === 'nearest') return nearest(from, to, scale);
        const corners = to > 1 ? (from - 1) / (to - 1) : 0;
        return between(from, to, (place) =>
          alignCorners ? place * corners : Math.max((place + 0.5) * scale - 0.5, 0),
        );
      });
      return interpolateOp(x, { rows: taps[0], columns: taps[1] });
    },
    { definition: interpolateOp.definition },
  ),
);

const nearest = (from: number, to: number, scale: number): Taps =>
  Array.from({ length: to }, (_, i) => [[Math.min(Math.floor(i * scale), from - 1), 1]]);

/** Each output lies between two inputs, weighted by nearness. */
const between = (from: number, to: number, sourceOf: (place: number) => number): Taps =>
  Array.from({ length: to }, (_, i) => {
    const source = sourceOf(i);
    const low = Math.min(Math.floor(source), from - 1);
    const high = Math.min(low + 1, from - 1);
    const share = Math.min(source - low, 1);
    return [
      [low, 1 - share],
      [high, share],
    ];
  });
