// Batch normalization, with running values for evaluation. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { batchNorm } from '../ops/batch-norm';
import { ones, zeros } from '../ops/create';
import { runningUpdate } from '../ops/update';
import { noGrad } from '../tape/tape';
import { ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { constantParameter } from './initial';
import { checkSizes } from './linear';
import { Module } from './module';
import { Buffer, type Parameter } from './parameter';

export interface BatchNormLayerOptions {
  /** Keeps the division finite. Default 1e-5. */
  eps?: number;
  /** Share of a new batch in the running values; null for the mean over all batches. Default 0.1. */
  momentum?: number | null;
  /** Whether each channel has a weight and a bias. */
  affine?: boolean;
  /** Whether running mean and variance are kept for evaluation. */
  trackRunningStats?: boolean;
}

const channelOptions = ['eps', 'momentum', 'affine', 'trackRunningStats'];

/** The base of BatchNorm1d and BatchNorm2d. */
abstract class BatchNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;
  readonly momentum: number | null;
  readonly runningMean: Buffer | null;
  readonly runningVar: Buffer | null;
  readonly numBatchesTracked: Buffer | null;

  constructor(
    readonly numFeatures: number,
    ...given: Given<
      BatchNormLayerOptions,
      [eps: number, momentum: number | null, affine: boolean, trackRunningStats: boolean]
    >
  ) {
    super();
    const { name } = this.constructor;
    const options = takeOptions<BatchNormLayerOptions>(name, given, channelOptions);
    checkSizes(this.constructor.name, { numFeatures });
    this.eps = options.eps ?? 1e-5;
    this.momentum = options.momentum === undefined ? 0.1 : options.momentum;
    const affine = options.affine ?? true;
    this.weight = affine ? constantParameter([numFeatures], 1) : null;
    this.bias = affine ? constantParameter([numFeatures], 0) : null;
    const tracks = options.trackRunningStats ?? true;
    this.runningMean = tracks ? new Buffer(zeros([numFeatures])) : null;
    this.runningVar = tracks ? new Buffer(ones([numFeatures])) : null;
    this.numBatchesTracked = tracks ? new Buffer(zeros([], { dtype: 'int32' })) : null;
  }

  protected checkInput(x: Tensor, ...ranks: number[]): void {
    if (ranks.includes(x.rank) && x.size(1) === this.numFeatures) return;
    const stars = ranks.map((rank) => `[N, ${this.numFeatures}${', *'.repeat(rank - 2)}]`);
    throw new ShapeError(
      `${this.constructor.name}: input ${formatShape(x.shape)} must be ${stars.join(' or ')}`,
    );
  }

  /** How far running values move towards the batch at hand; counts it. */
  private nextMomentum(): number {
    const { numBatchesTracked, momentum } = this;
    if (numBatchesTracked === null) return 0;
    noGrad(() => {
      runningUpdate(numBatchesTracked, ones([], { dtype: 'int32' }), { keep: 1, take: 1 });
    });
    return momentum ?? 1 / numBatchesTracked.item();
  }

  protected normalize(x: Tensor): Tensor {
    const { weight, bias, eps, runningMean, runningVar } = this;
    // Without running values, evaluation takes the batch's own, too.
    const training = this.training || runningMean === null;
    const momentum = this.training ? this.nextMomentum() : 0;
    return batchNorm(x, runningMean, runningVar, { weight, bias, eps, training, momentum });
  }

  override extraRepresentation(): string {
    return `${this.numFeatures}, eps=${this.eps}, momentum=${String(this.momentum)}`;
  }
}

/**
 * Mean 0 and variance 1 in each feature over the batch; in evaluation by running values
 * (torch.nn.BatchNorm1d). Shape: [N, numFeatures] or [N, numFeatures, L].
 */
export class BatchNorm1d extends BatchNorm {
  forward(x: Tensor): Tensor {
    this.checkInput(x, 2, 3);
    return this.normalize(x);
  }
}

/**
 * Mean 0 and variance 1 in each channel over the batch and all places; in evaluation by running
 * values (torch.nn.BatchNorm2d). Shape: [N, numFeatures, H, W].
 */
export class BatchNorm2d extends BatchNorm {
  forward(x: Tensor): Tensor {
    this.checkInput(x, 4);
    return this.normalize(x);
  }
}
