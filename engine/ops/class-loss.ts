// A loss over classes as one op, for plain training. Knows no softmax, weight or smoothing.
import { classLossGradSimd, classLossSimd, type ClassLossAttributes } from '../kernels/class-loss';
import { tape } from '../tape/tape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { arange } from './create';
import { multiOp, op, type Op } from './op';

/** −Σ rows[i, classes[i]], or its mean, of dense float32 rows [N, C] and int32 classes [N]. */
export const classLoss: Op<[rows: Tensor, classes: Tensor, attributes: ClassLossAttributes]> =
  multiOp(
    {
      name: 'classLoss',
      torch: 'torch.nn.functional.nll_loss',
      prepare: (rows: Tensor, classes: Tensor, attributes: ClassLossAttributes) => ({
        inputs: [rows, classes],
        attributes,
      }),
      shape: ([{ dtype }]: readonly TensorType[]) => [
        { shape: [], dtype },
        { shape: [], dtype },
      ],
      simd: classLossSimd,
      vjp: (g, { inputs: [rows, classes], outputs: [, counted], attributes }) => {
        if (!tape.gradEnabled) return [classLossGrad(g, classes, counted, rows, attributes)];
        // How many count depends on no score.
        const each = attributes.mean ? g.div(counted.detach()) : g;
        const place = classes.unsqueeze(1).eq(arange(rows.size(1)));
        return [each.neg().mul(place.to(rows.dtype))];
      },
    },
    ([loss]) => loss,
  );

const classLossGrad: Op<
  [g: Tensor, classes: Tensor, counted: Tensor, rows: Tensor, attributes: ClassLossAttributes]
> = op({
  name: 'classLossGrad',
  prepare: (
    g: Tensor,
    classes: Tensor,
    counted: Tensor,
    rows: Tensor,
    attributes: ClassLossAttributes,
  ) => ({ inputs: [g, classes, counted, rows], attributes }),
  shape: ([, , , { shape, dtype }]: readonly TensorType[]) => ({ shape, dtype }),
  simd: classLossGradSimd,
});
