// Finds every attention of a step by what it computes: a softmax over scores whose result weighs values. Knows no layer.
import type { AttentionSite } from '../protocol';
import type { Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { elements } from '../tensor/tensor';
import type { StepView } from './held';

/** An attention with the tensors of each of its stages. */
export interface FoundAttention {
  readonly site: AttentionSite;
  /** The scores as multiplied, as scaled, and as masked: what softmax saw. */
  readonly raw: Tensor;
  readonly scaled: Tensor;
  readonly masked: Tensor;
  readonly weights: Tensor;
  /** Absent where scores are no product of queries and keys. */
  readonly q: Tensor | undefined;
  /** Keys as columns, [*, d, S]. */
  readonly keysAcross: Tensor | undefined;
  readonly values: Tensor;
  readonly output: Tensor;
}

/** Each attention; of those that a loop runs with one query at a time, all turns together. */
export function attentionsOf(view: StepView): FoundAttention[][] {
  return view.once('attentions', () => {
    const groups = new Map<string, FoundAttention[]>();
    const sources = new Map<Tensor, number>();
    view.rows.forEach(({ definition, phase }, row) => {
      const found =
        phase === 'forward' && definition.name === 'softmax' ? attentionAt(view, row) : undefined;
      if (found === undefined) return;
      const source = sourceOf(view, found.values);
      sources.set(source, sources.get(source) ?? sources.size);
      const key = turnKey(view, found.site, sources.get(source)!);
      const known = groups.get(key);
      if (known) known.push(found);
      else groups.set(key, [found]);
    });
    return [...groups.values()];
  });
}

/** The same for all turns of one loop over the same values; an attention with several queries stands alone. */
function turnKey(view: StepView, site: AttentionSite, source: number): string {
  const { row, name, iteration, keys, heads, batch, queries, kind } = site;
  if (queries !== 1 || iteration.length === 0) return String(row);
  const place = view.trace.placeOf(row).site;
  return [name, place, kind, keys, heads, batch, source, 'turns', ...iteration.slice(0, -1)].join(
    ' ',
  );
}

const moving = new Set(['reshape', 'permute', 'slice', 'expand', 'contiguous', 'to', 'clone']);

function attentionAt(view: StepView, number: number): FoundAttention | undefined {
  const row = view.rows[number];
  const [weights] = row.outputs;
  const { dim } = row.attributes as { dim: number };
  if (weights.rank === 0 || dim !== weights.rank - 1) return undefined;
  const use = weighing(view, weights);
  if (use === undefined) return undefined;
  const stages = stagesOf(view, row.inputs[0]);
  const [queries, keys] = [weights.rank > 1 ? weights.shape.at(-2)! : 1, weights.shape.at(-1)!];
  const product = stages.product;
  const heads = weights.rank === 4 ? weights.shape[1] : 1;
  const count = weights.count / Math.max(1, queries * keys * heads);
  const site: AttentionSite = {
    row: number,
    name: nameOf(view, number),
    kind: product ? 'dot product' : 'additive',
    cross: product ? sourceOf(view, product.inputs[0]) !== sourceOf(view, product.inputs[1]) : true,
    iteration: view.trace.iterationCounts(number),
    batch: count,
    heads,
    queries,
    keys,
    scale: stages.scale,
    masked: stages.masked !== stages.scaled,
    joined: false,
  };
  return {
    site,
    raw: stages.raw,
    scaled: stages.scaled,
    masked: stages.masked,
    weights,
    q: product?.inputs[0],
    keysAcross: product?.inputs[1],
    values: use.inputs[1],
    output: use.outputs[0],
  };
}

/** The product in which weights meet values, through dropout and changes of shape. */
function weighing(view: StepView, weights: Tensor): Row | undefined {
  const keys = weights.shape.at(-1)!;
  const pending: { tensor: Tensor; depth: number }[] = [{ tensor: weights, depth: 0 }];
  for (let next = pending.shift(); next; next = pending.shift()) {
    for (const number of view.graph.usesOf(next.tensor)) {
      const row = view.rows[number];
      const { name } = row.definition;
      if (name === 'matmul' && row.inputs[0] === next.tensor) {
        if (row.inputs[1].shape.at(-2) === keys && row.inputs[1].rank >= 2) return row;
      }
      const passes = moving.has(name) || (name === 'mul' && isDropout(view, row));
      if (passes && next.depth < 4) pending.push({ tensor: row.outputs[0], depth: next.depth + 1 });
    }
  }
  return undefined;
}

function isDropout(view: StepView, { inputs }: Row): boolean {
  return inputs.some((input) => {
    const maker = view.graph.makerOf(input);
    return maker >= 0 && view.rows[maker].definition.name === 'dropoutMask';
  });
}

interface Stages {
  readonly raw: Tensor;
  readonly scaled: Tensor;
  readonly masked: Tensor;
  readonly scale: number;
  readonly product: Row | undefined;
}

/** Walks back from softmax: over the masks, then over the scale, to the product of queries and keys. */
function stagesOf(view: StepView, masked: Tensor): Stages {
  const makerOf = (tensor: Tensor): Row | undefined => {
    const maker = view.graph.makerOf(tensor);
    return maker < 0 ? undefined : view.rows[maker];
  };
  let scaled = masked;
  for (let row = makerOf(scaled); row; row = makerOf(scaled)) {
    const { name } = row.definition;
    if (name === 'where' && row.inputs[1].count === scaled.count) scaled = row.inputs[1];
    else if (name === 'where' && row.inputs[2].count === scaled.count) scaled = row.inputs[2];
    else if (name === 'add' && isMask(view, row.inputs[1])) [scaled] = row.inputs;
    else break;
  }
  let raw = scaled;
  let scale = 1;
  for (let row = makerOf(raw); row; row = makerOf(raw)) {
    const { name } = row.definition;
    const factor = row.inputs[1] as Tensor | undefined;
    if ((name === 'mul' || name === 'div') && factor?.count === 1 && !factor.requiresGrad) {
      const value = elements(factor)[factor.start];
      scale *= name === 'mul' ? value : 1 / value;
    } else if (!moving.has(name) || row.inputs[0].count !== raw.count) break;
    [raw] = row.inputs;
  }
  const product = makerOf(raw);
  const isProduct =
    product?.definition.name === 'matmul' &&
    product.inputs[1].shape.at(-1)! > 1 &&
    product.inputs[1].shape.at(-1) === masked.shape.at(-1);
  if (isProduct) return { raw, scaled, masked, scale, product };
  return { raw: scaled, scaled, masked, scale: 1, product: undefined };
}

/** What is added to scores is a mask when it is made of numbers that nothing learns. */
const isMask = (view: StepView, tensor: Tensor): boolean =>
  !tensor.requiresGrad && view.paths.parameter(tensor) === undefined;

/** The tensor from which queries or keys were projected: in self attention it is the same. */
function sourceOf(view: StepView, tensor: Tensor): Tensor {
  let at = tensor;
  for (let depth = 0; depth < 12; depth++) {
    const maker = view.graph.makerOf(at);
    if (maker < 0) return at;
    const { definition, inputs } = view.rows[maker];
    const { name } = definition;
    const bias = name === 'add' && inputs[1].rank <= 1;
    if (name === 'matmul' && isWeight(view, inputs[1])) return inputs[0];
    if (!moving.has(name) && !bias) return at;
    [at] = inputs;
  }
  return at;
}

function isWeight(view: StepView, tensor: Tensor): boolean {
  if (view.paths.parameter(tensor) !== undefined) return true;
  const maker = view.graph.makerOf(tensor);
  return maker >= 0 && moving.has(view.rows[maker].definition.name)
    ? isWeight(view, view.rows[maker].inputs[0])
    : false;
}

/** The module, or the function outside of modules, told apart by iteration. */
function nameOf(view: StepView, number: number): string {
  const { frame } = view.trace.placeOf(number);
  const own = frame < 0 ? '' : view.trace.sites.get(view.trace.frames[frame].site).name;
  return view.moduleOf(number) || own || 'attention';
}
