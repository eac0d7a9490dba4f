// Multi-head attention. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { attention, causalMask } from '../ops/attention';
import { where } from '../ops/binary';
import { zeros } from '../ops/create';
import { quietly } from '../tape/warnings';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import { checkTensor, type Tensor } from '../tensor/tensor';
import { constant, xavierUniform } from './init';
import { constantParameter } from './initial';
import { checkSizes, Linear } from './linear';
import { Module } from './module';
import { Parameter } from './parameter';

export interface MultiheadAttentionOptions {
  /** Dropout of the attention weights, while training. Default 0. */
  dropout?: number;
  bias?: boolean;
  /** Width of the keys, when it is not embedDim. */
  kdim?: number;
  /** Width of the values, when it is not embedDim. */
  vdim?: number;
  /** Input and output are [N, T, E] instead of [T, N, E]. Default false. */
  batchFirst?: boolean;
}

export interface MultiheadAttentionCall {
  /** [N, S], true at keys that nobody may look at (or a float that is added). */
  keyPaddingMask?: Tensor | null | undefined;
  /** Whether to give the weights back. Default true. */
  needWeights?: boolean;
  /** [T, S] or [N · heads, T, S], true where a query may not look (or a float that is added). */
  attnMask?: Tensor | null | undefined;
  /** Whether weights are averaged over heads. Default true. */
  averageAttnWeights?: boolean;
  /** Query t sees keys 0…t only. Default false. */
  isCausal?: boolean;
}

const names = ['query', 'key', 'value'];
const callOptions = ['keyPaddingMask', 'needWeights', 'attnMask', 'averageAttnWeights', 'isCausal'];

function weightOf(rows: number, columns: number): Parameter {
  return xavierUniform(new Parameter(zeros([rows, columns])));
}

/**
 * Attention in several heads side by side, each in its own part of the width (torch.nn.MultiheadAttention).
 * Shape: query [T, N, E], key [S, N, kdim], value [S, N, vdim], or batch first, or without N; output
 * like the query, and weights [N, T, S] ([N, heads, T, S] without averaging), or null without needWeights.
 */
export class MultiheadAttention extends Module {
  readonly inProjWeight: Parameter | null;
  readonly qProjWeight: Parameter | null;
  readonly kProjWeight: Parameter | null;
  readonly vProjWeight: Parameter | null;
  readonly inProjBias: Parameter | null;
  readonly outProj: Linear;
  readonly dropout: number;
  readonly batchFirst: boolean;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    ...given: Given<MultiheadAttentionOptions, [dropout: number, bias: boolean]>
  ) {
    super();
    const options = takeOptions<MultiheadAttentionOptions>(
      'MultiheadAttention',
      given,
      ['dropout', 'bias'],
      ['kdim', 'vdim', 'batchFirst'],
    );
    const { bias = true, kdim = embedDim, vdim = embedDim } = options;
    checkSizes('MultiheadAttention', { embedDim, numHeads, kdim, vdim });
    if (embedDim % numHeads !== 0) {
      throw new ArgumentError(
        `MultiheadAttention: ${numHeads} heads do not divide embedDim ${embedDim} (remainder ${embedDim % numHeads})`,
      );
    }
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    const together = kdim === embedDim && vdim === embedDim;
    this.inProjWeight = together ? weightOf(3 * embedDim, embedDim) : null;
    this.qProjWeight = together ? null : weightOf(embedDim, embedDim);
    this.kProjWeight = together ? null : weightOf(embedDim, kdim);
    this.vProjWeight = together ? null : weightOf(embedDim, vdim);
    this.inProjBias = bias ? constantParameter([3 * embedDim], 0) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias });
    if (this.outProj.bias) constant(this.outProj.bias, 0);
  }

  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    ...given: Given<
      MultiheadAttentionCall,
      [
        keyPaddingMask: Tensor | null,
        needWeights: boolean,
        attnMask: Tensor | null,
        averageAttnWeights: boolean,
        isCausal: boolean,
      ]
    >
  ): [output: Tensor, weights: Tensor | null] {
    const options = takeOptions<MultiheadAttentionCall>('MultiheadAttention', given, callOptions);
    const batched = query.rank === 3;
    this.checkInputs(query, key, value);
    // [N, T, E] from here on.
    const batchFirst = (x: Tensor): Tensor =>
      !batched ? x.unsqueeze(0) : this.batchFirst ? x : x.transpose(0, 1);
    const projected = this.project(...([query, key, value].map(batchFirst) as Three));
    const [q, k, v] = projected.map((x) => this.splitHeads(x));
    const { output, weights } = attention(q, k, v, {
      attnMask: this.maskOf(q, k, options, batched),
      dropoutP: this.training ? this.dropout : 0,
    });
    const joined = output.transpose(1, 2).flatten(2);
    const result = this.outProj.forward(joined);
    const y = !batched ? result.squeeze(0) : this.batchFirst ? result : result.transpose(0, 1);
    if (options.needWeights === false) return [y, null];
    const shown = options.averageAttnWeights === false ? weights : weights.mean(1);
    return [y, batched ? shown : shown.squeeze(0)];
  }

  private checkInputs(query: Tensor, key: Tensor, value: Tensor): void {
    const widths = [this.embedDim, this.kProjWeight?.size(1), this.vProjWeight?.size(1)];
    [query, key, value].forEach((x, i) => {
      checkTensor('MultiheadAttention', names[i], x);
      const width = widths[i] ?? this.embedDim;
      if ((x.rank === 3 || x.rank === 2) && x.rank === query.rank && x.size(-1) === width) return;
      throw new ShapeError(
        `MultiheadAttention: ${names[i]} ${formatShape(x.shape)} must be ` +
          `${this.batchFirst ? '[N, T' : '[T, N'}, ${width}] or [T, ${width}]`,
      );
    });
  }

  /** The three linear maps into heads. */
  private project(query: Tensor, key: Tensor, value: Tensor): Three {
    const { embedDim, inProjWeight, inProjBias } = this;
    const weights = inProjWeight
      ? inProjWeight.split(embedDim)
      : [this.qProjWeight!, this.kProjWeight!, this.vProjWeight!];
    const biases = inProjBias?.split(embedDim);
    return [query, key, value].map((x, i) => {
      const y = x.matmul(weights[i].t());
      return biases ? y.add(biases[i]) : y;
    }) as Three;
  }

  /** [N, T, E] → [N, heads, T, E / heads]. */
  private splitHeads(x: Tensor): Tensor {
    const [batch, steps, width] = x.shape;
    return x.reshape([batch, steps, this.numHeads, width / this.numHeads]).transpose(1, 2);
  }

  /** One additive mask from all that forbids a look, or none. */
  private maskOf(
    q: Tensor,
    k: Tensor,
    { attnMask, keyPaddingMask, isCausal }: MultiheadAttentionCall,
    batched: boolean,
  ): Tensor | null {
    const masks: Tensor[] = [];
    const [batch, heads, queries] = q.shape;
    const keys = k.size(2);
    if (isCausal === true) masks.push(additive(causalMask(queries, keys).logicalNot()));
    if (attnMask) {
      checkMask('attnMask', attnMask, [queries, keys], [batch * heads, queries, keys]);
      const mask = additive(attnMask);
      masks.push(mask.rank === 2 ? mask : mask.reshape([batch, heads, queries, keys]));
    }
    if (keyPaddingMask) {
      checkMask('keyPaddingMask', keyPaddingMask, batched ? [batch, keys] : [keys]);
      masks.push(additive(keyPaddingMask).reshape([batch, 1, 1, keys]));
    }
    return masks.length === 0 ? null : quietly(() => masks.reduce((sum, mask) => sum.add(mask)));
  }

  override extraRepresentation(): string {
    return `${this.embedDim}, ${this.numHeads}`;
  }
}

type Three = [Tensor, Tensor, Tensor];

/** −∞ where a bool mask forbids, 0 elsewhere; a float mask as it is. */
function additive(mask: Tensor): Tensor {
  return mask.dtype === 'bool' ? where(mask, -Infinity, zeros([])) : mask;
}

function checkMask(name: string, mask: Tensor, ...shapes: number[][]): void {
  const expected = shapes.map(formatShape);
  if (expected.includes(formatShape(mask.shape)) && mask.dtype !== 'int32') return;
  throw new ShapeError(
    `MultiheadAttention: ${name} must be ${expected.join(' or ')}, bool or float, but it is ` +
      `${mask.dtype} ${formatShape(mask.shape)}`,
  );
}
