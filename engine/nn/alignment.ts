// Attention of a decoder over an encoder's states, as in sequence-to-sequence models. Knows no kernel.
import { where } from '../ops/binary';
import { quietly } from '../tape/warnings';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { checkSizes, Linear } from './linear';
import { Module } from './module';

export interface AlignmentCall {
  /** [N, S], true at states that may be looked at: the real steps of each sequence. */
  mask?: Tensor | null | undefined;
}

/** The base of both attentions: scores over S states, weights that sum to 1, their mean of the states. */
abstract class Alignment extends Module {
  /** [N, T, S] from queries [N, T, Q] and keys [N, S, K]. */
  protected abstract score(query: Tensor, keys: Tensor): Tensor;

  /**
   * Shape: query [N, Q] or [N, T, Q], keys [N, S, K]; gives the context [N, K] or [N, T, K] and the
   * weights [N, S] or [N, T, S].
   */
  forward(
    query: Tensor,
    keys: Tensor,
    options: AlignmentCall = {},
  ): [context: Tensor, weights: Tensor] {
    const name = this.constructor.name;
    checkOptions(name, options, ['mask']);
    if (
      (query.rank !== 2 && query.rank !== 3) ||
      keys.rank !== 3 ||
      query.size(0) !== keys.size(0)
    ) {
      throw new ShapeError(
        `${name}: query ${formatShape(query.shape)} and keys ${formatShape(keys.shape)} must be ` +
          '[N, Q] or [N, T, Q], and [N, S, K]',
      );
    }
    const single = query.rank === 2;
    const scores = this.score(single ? query.unsqueeze(1) : query, keys);
    const { mask } = options;
    const seen = mask ? where(mask.unsqueeze(1), scores, -Infinity) : scores;
    const weights = seen.softmax(-1);
    const context = weights.matmul(keys);
    return single ? [context.squeeze(1), weights.squeeze(1)] : [context, weights];
  }
}

/**
 * Additive attention (Bahdanau, Cho and Bengio, 2015): score = v · tanh(W · query + U · key). Query
 * and key may have different widths.
 */
export class AdditiveAttention extends Alignment {
  readonly query: Linear;
  readonly key: Linear;
  readonly energy: Linear;

  constructor(querySize: number, keySize: number, hiddenSize: number) {
    super();
    checkSizes('AdditiveAttention', { querySize, keySize, hiddenSize });
    this.query = new Linear(querySize, hiddenSize, { bias: false });
    this.key = new Linear(keySize, hiddenSize, { bias: false });
    this.energy = new Linear(hiddenSize, 1, { bias: false });
  }

  protected score(query: Tensor, keys: Tensor): Tensor {
    const [queries, offers] = [this.query.forward(query), this.key.forward(keys)];
    // Each query meets each key: here, both sides are meant to expand.
    const sum = quietly(() => queries.unsqueeze(2).add(offers.unsqueeze(1)));
    return this.energy.forward(sum.tanh()).squeeze(-1);
  }
}

/**
 * Multiplicative attention (Luong, Pham and Manning, 2015): score = query · W · key ('general'), or
 * query · key ('dot'), which has no weights and needs equal widths.
 */
export class MultiplicativeAttention extends Alignment {
  readonly key: Linear | null;

  constructor(
    readonly querySize: number,
    readonly keySize: number,
    options: { score?: 'general' | 'dot' } = {},
  ) {
    super();
    checkOptions('MultiplicativeAttention', options, ['score']);
    checkSizes('MultiplicativeAttention', { querySize, keySize });
    const { score = 'general' } = options;
    if (score !== 'general' && score !== 'dot') {
      throw new ArgumentError(
        `MultiplicativeAttention: score must be 'general' or 'dot', but it is '${String(score)}'`,
      );
    }
    if (score === 'dot' && querySize !== keySize) {
      throw new ArgumentError(
        `MultiplicativeAttention: score 'dot' needs equal widths, but they are ${querySize} and ${keySize}`,
      );
    }
    this.key = score === 'dot' ? null : new Linear(keySize, querySize, { bias: false });
  }

  protected score(query: Tensor, keys: Tensor): Tensor {
    return query.matmul((this.key?.forward(keys) ?? keys).transpose(1, 2));
  }
}
