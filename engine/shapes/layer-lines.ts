// How each layer comes to its output, with the real numbers, in one line. Knows no op.
import {
  AdditiveAttention,
  BatchNorm1d,
  BatchNorm2d,
  Dropout,
  Embedding,
  GroupNorm,
  GRU,
  GRUCell,
  LayerNorm,
  LSTM,
  LSTMCell,
  MultiheadAttention,
  MultiplicativeAttention,
  RMSNorm,
  RNN,
  RNNCell,
  Sequential,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
} from '../nn/index';
import type { Module } from '../nn/module';
import { Parameter } from '../nn/parameter';
import type { Row } from '../tape/tape';
import { formatShape } from '../tensor/shape';
import { count, product } from './op-lines';

/** What is known of a call of a layer. */
export interface LayerCall {
  /** The shape of what it was given. */
  readonly from: readonly number[] | undefined;
  /** The ops that it ran. */
  readonly rows: readonly Row[];
  /** What a layer inside it gave last. */
  readonly given: (module: Module) => string | undefined;
}

/** The line of a layer; undefined where its main op tells as much. */
export function layerLine(layer: Module, call: LayerCall): string | undefined {
  const { from } = call;
  if (layer instanceof RNN || layer instanceof LSTM || layer instanceof GRU)
    return recurrentLine(layer, call);
  if (layer instanceof RNNCell || layer instanceof LSTMCell || layer instanceof GRUCell)
    return cellLine(layer, gatesOf(layer), from);
  if (layer instanceof MultiheadAttention) return headsLine(layer, call);
  if (layer instanceof AdditiveAttention || layer instanceof MultiplicativeAttention)
    return alignmentLine(call);
  if (layer instanceof TransformerEncoderLayer || layer instanceof TransformerDecoderLayer)
    return transformerLine(layer);
  if (layer instanceof TransformerEncoder || layer instanceof TransformerDecoder)
    return `${layer.layers.length} layers: ${transformerLine(layer.layers[0])}`;
  if (layer instanceof Embedding && from)
    return `each of ${product(from)} numbers takes its row, ${layer.embeddingDim} wide, of a table of ${layer.numEmbeddings}`;
  if (layer instanceof LayerNorm || layer instanceof RMSNorm)
    return `each ${product(layer.normalizedShape)} numbers of the last ${layer.normalizedShape.length === 1 ? 'dim' : `${layer.normalizedShape.length} dims`} are normalized`;
  if (layer instanceof GroupNorm)
    return `${layer.numGroups} groups of ${layer.numChannels}/${layer.numGroups} = ${layer.numChannels / layer.numGroups} channels are normalized`;
  if (layer instanceof BatchNorm1d || layer instanceof BatchNorm2d) return batchLine(layer, from);
  if (layer instanceof Dropout)
    return layer.training
      ? `sets each number to 0 with probability ${layer.p}, and divides the others by ${Number((1 - layer.p).toPrecision(4))}`
      : 'lets everything through while it evaluates';
  if (layer instanceof Sequential) return chainLine(layer, call);
  return undefined;
}

/** `4 heads of 48/4 = 12, then 48 → 192 → 48 at each place`. */
function transformerLine({
  selfAttn: { numHeads, embedDim },
  linear1,
}: TransformerEncoderLayer | TransformerDecoderLayer): string {
  return `${numHeads} heads of ${embedDim}/${numHeads} = ${embedDim / numHeads}, then ${embedDim} → ${linear1.outFeatures} → ${embedDim} at each place`;
}

/** Weights that lie below each other: one block of rows for each gate. */
function gatesOf(layer: object): number {
  return /LSTM/.test(layer.constructor.name) ? 4 : /GRU/.test(layer.constructor.name) ? 3 : 1;
}

interface Cell {
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/** `[64, 88] × [88, 3·64] + [64, 64] × [64, 3·64] → h [64, 64]`. */
function cellLine(
  { inputSize, hiddenSize }: Cell,
  gates: number,
  from: readonly number[] | undefined,
): string {
  const wide = gates === 1 ? String(hiddenSize) : `${gates}·${hiddenSize}`;
  const rows = from && from.length > 1 ? `${from[0]}, ` : '';
  return `[${rows}${inputSize}] × [${inputSize}, ${wide}] + [${rows}${hiddenSize}] × [${hiddenSize}, ${wide}] → [${rows}${hiddenSize}]`;
}

function recurrentLine(layer: RNN | LSTM | GRU, { from }: LayerCall): string {
  const { options, hiddenSize } = layer;
  const timeAt = from?.length === 3 && options.batchFirst ? 1 : 0;
  const steps = from?.[timeAt];
  const batch = from?.length === 3 ? from[1 - timeAt] : undefined;
  const layers = options.numLayers === 1 ? '' : `${options.numLayers} layers · `;
  const both = options.bidirectional
    ? ` · both directions: 2·${hiddenSize} = ${2 * hiddenSize}`
    : '';
  const step = cellLine(layer, gatesOf(layer), batch === undefined ? undefined : [batch, 0]);
  return `${layers}${steps === undefined ? '' : `${count(steps)} steps of `}${step}${both}`;
}

/** `4 heads of 128/4 = 32 · scores [32, 4, 64, 64]`. */
function headsLine({ embedDim, numHeads }: MultiheadAttention, { rows }: LayerCall): string {
  const each = `${numHeads} heads of ${embedDim}/${numHeads} = ${embedDim / numHeads}`;
  const scores = rows.find(
    ({ definition, outputs }) => definition.name === 'matmul' && outputs[0].rank === 4,
  );
  return scores ? `${each} · scores ${formatShape(scores.outputs[0].shape)}` : each;
}

/** `weights [64, 5], one for each key, sum to 1`. */
function alignmentLine({ rows }: LayerCall): string | undefined {
  const weights = rows.find(({ definition }) => definition.name === 'softmax')?.outputs[0];
  return weights && `weights ${formatShape(weights.shape)}: one for each key, together 1`;
}

/** Every channel over all samples, and over all places of a picture. */
function batchLine(
  { numFeatures }: BatchNorm1d | BatchNorm2d,
  from: readonly number[] | undefined,
): string {
  const others = from?.filter((_, dim) => dim !== 1);
  return `each of ${numFeatures} channels is normalized${others ? ` over ${product(others)} numbers` : ''}`;
}

/** What went through a chain of layers: `[32, 48] → [32, 192] → [32, 48]`. */
function chainLine(chain: Sequential, { from, given }: LayerCall): string | undefined {
  const shapes = chain.children().map((child) => given(child)?.replace(/^\w+ /, ''));
  if (!from || shapes.length === 0 || shapes.includes(undefined)) return undefined;
  const all = [formatShape(from), ...(shapes as string[])];
  return all.filter((shape, i) => shape !== all[i - 1]).join(' → ');
}

const told = new WeakMap<Module, string>();

/** The parameters of a module, as a sum where that is short; empty when it has none. */
export function parametersOf(module: Module): string {
  let text = told.get(module);
  if (text === undefined) told.set(module, (text = sumOf(module)));
  return text;
}

/** `weight [6, 1, 5, 5] = 150 (+6) parameters`, `3·64·(88 + 64 + 2) = 29,568 parameters`. */
function sumOf(module: Module): string {
  const own = Object.entries(module).filter(
    (entry): entry is [string, Parameter] => entry[1] instanceof Parameter,
  );
  const total = module.parameters().reduce((sum, { count: size }) => sum + size, 0);
  if (total === 0) return '';
  const formula = gatedSum(module, total);
  if (formula !== undefined) return `${formula} = ${count(total)} parameters`;
  if (own.length === 0 || own.length > 2 || own.reduce((sum, [, p]) => sum + p.count, 0) !== total)
    return `${count(total)} parameters`;
  const [[name, weight], bias] = own;
  const more = bias ? ` (+${count(bias[1].count)})` : '';
  return `${name} ${formatShape(weight.shape)} = ${count(weight.count)}${more} parameters`;
}

/** Every gate sees the input and the state, and mostly has two biases. */
function gatedSum(module: Module, total: number): string | undefined {
  const isCell =
    /^(?:RNN|GRU|LSTM)(?:Cell)?$/.test(module.constructor.name) && 'hiddenSize' in module;
  if (!isCell) return undefined;
  const { inputSize, hiddenSize } = module as unknown as Cell;
  const gates = gatesOf(module);
  for (const biases of [2, 0])
    if (gates * hiddenSize * (inputSize + hiddenSize + biases) === total)
      return `${gates === 1 ? '' : `${gates}·`}${hiddenSize}·(${inputSize} + ${hiddenSize}${biases > 0 ? ` + ${biases}` : ''})`;
  return undefined;
}
