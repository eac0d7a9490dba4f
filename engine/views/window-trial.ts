// What a convolution or pooling of a step would have put out with other sizes: the same input and filter. Knows no page.
import type { ConvGeometry } from '../kernels/reference/conv';
import type { PoolGeometry } from '../kernels/reference/pool';
import { conv2d } from '../ops/conv';
import { maxPool2d } from '../ops/pool';
import type { HeatMap, WindowTrialQuery } from '../protocol';
import { noGrad } from '../tape/tape';
import { ArgumentError, ShapeError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { aside } from '../trace/aside';
import { valueAt } from '../trace/values';
import type { StepView } from './held';
import { fit, planeOf } from './slice';
import { mostCells, within } from './windows';

type Sizes = Pick<WindowTrialQuery, 'padding' | 'stride' | 'dilation'>;

/** By op. An average pooling is kept as lists of what each output reads, and tries nothing. */
const trials: Readonly<
  Record<string, (inputs: readonly Tensor[], attributes: object, sizes: Sizes) => Tensor>
> = {
  conv2d: ([x, weight, bias], attributes, sizes) =>
    conv2d(x, weight, { ...sizes, bias, groups: (attributes as ConvGeometry).groups }),
  maxPool2d: ([x], attributes, sizes) => {
    const [rows, columns] = (attributes as PoolGeometry).window;
    return maxPool2d(x, [rows, columns], sizes);
  },
};

/** One plane of the output with this padding, stride and dilation, or null where the window does not fit. */
export function windowTrial(
  view: StepView,
  { row: number, image, outChannel, padding, stride, dilation }: WindowTrialQuery,
): HeatMap | null {
  const { definition, inputs, attributes } = view.row(number);
  if (!Object.hasOwn(trials, definition.name)) return null;
  const event = view.trace.eventOfRow[number];
  const [x, ...weights] = inputs.map((input) => valueAt(view.trace, input, event));
  const one = x.narrow(0, within(image, x.shape[0]), 1);
  try {
    return aside(() =>
      noGrad(() => {
        const y = trials[definition.name]([one, ...weights], attributes, {
          padding,
          stride,
          dilation,
        });
        return fit(planeOf(y, 2, 3, [0, within(outChannel, y.shape[1])]), mostCells);
      }),
    );
  } catch (error) {
    if (error instanceof ShapeError || error instanceof ArgumentError) return null;
    throw error;
  }
}
