// Watches how a program uses ops and optimizers, for mistakes that raise no error. Knows no text.
import { Parameter } from '../nn/parameter';
import { optimizers } from '../optim/optimizer';
import type { Row } from '../tape/tape';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { isLayer } from './layers';
import type { Observer } from './observer';

export type WarningKind =
  | 'broadcast'
  | 'softmax-twice'
  | 'softmax-batch'
  | 'unheld-parameter'
  | 'missing-zero-grad'
  | 'dropped-pixels';

/** A likely mistake, and the call in which it was made. */
export interface Suspicion {
  readonly kind: WarningKind;
  readonly site: number;
  readonly message: string;
  /** The parameters that nothing trains. */
  readonly parameters?: readonly Tensor[];
  /** The op that looks wrong, and the layer that ran it. */
  readonly row?: Row;
  readonly owner?: object | undefined;
}

/** Ops that only look at their input in another way. */
const views = new Set(['reshape', 'permute', 'slice', 'expand', 'contiguous', 'cat']);
const pairwise = new Set([
  ...['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum'],
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge'],
]);

export class UsageWatch {
  observer!: Observer;
  readonly suspicions: Suspicion[] = [];
  /** Parameters that had a gradient when their optimizer last stepped, and that gradient. */
  private readonly stale = new Map<Tensor, Tensor>();
  private backwardSite = -1;
  private updated = false;
  /** Leaves that each backward pass reached. */
  private readonly passes: Set<Tensor>[] = [];

  row(row: Row): void {
    if (row.phase === 'update') this.update(row);
    if (row.phase !== 'forward') return;
    const { name } = row.definition;
    if (name === 'logSoftmax') this.softmaxTwice(row);
    if (name === 'softmax') this.softmaxBatch(row);
    if (name === 'conv2d' || name === 'maxPool2d') this.droppedPixels(row);
    if (pairwise.has(name)) this.broadcast(row);
  }

  /** Whether broadcasts of the op that this message names are looked at here. */
  watches(message: string): boolean {
    return pairwise.has(message.slice(0, message.indexOf(':')));
  }

  beforeBackward(): void {
    this.backwardSite = this.observer.call?.site ?? -1;
    this.passes.push(new Set());
    for (const parameter of this.stale.keys())
      if (parameter.grad === null) this.stale.delete(parameter);
  }

  gradient(leaf: Tensor): void {
    this.passes.at(-1)?.add(leaf);
  }

  stepped(): void {
    this.updated = true;
  }

  /** What only the end of the run tells. */
  finish(): void {
    const groups = optimizers.flatMap(({ paramGroups }) => paramGroups);
    const held = new Set(groups.flatMap(({ params }) => params));
    // A pass that trains nothing is there to look at gradients.
    const training = this.passes.filter((pass) => [...pass].some((leaf) => held.has(leaf)));
    const unheld = [...new Set(training.flatMap((pass) => [...pass]))].filter(
      (leaf) => leaf instanceof Parameter && !held.has(leaf),
    );
    const [optimizer] = optimizers;
    if (!this.updated || unheld.length === 0 || optimizer === undefined) return;
    const site = this.observer.placeOf(optimizer);
    if (site === undefined) return;
    const shapes = unheld.slice(0, 3).map(({ shape }) => formatShape(shape));
    this.suspect('unheld-parameter', site, {
      message:
        `${unheld.length === 1 ? 'a parameter' : `${unheld.length} parameters`} ${shapes.join(', ')}` +
        `${unheld.length > 3 ? ', …' : ''} ${unheld.length === 1 ? 'gets a gradient, but no optimizer holds it' : 'get gradients, but no optimizer holds them'}: ` +
        'training will not change what you see here; pass the parameters of all modules that are to learn',
      parameters: unheld,
    });
  }

  private suspect(kind: WarningKind, site: number, rest: Omit<Suspicion, 'kind' | 'site'>): void {
    if (site < 0 || this.suspicions.some((known) => known.site === site && known.kind === kind))
      return;
    this.suspicions.push({ kind, site, ...rest });
  }

  private get site(): number {
    return this.observer.call?.site ?? -1;
  }

  /** A step used a sum of this step's and the last step's gradients. */
  private update({ definition, inputs }: Row): void {
    const [index] = definition.updates ?? [];
    const parameter = index === undefined ? undefined : inputs[index];
    if (!parameter?.grad) return;
    const before = this.stale.get(parameter);
    if (before && before !== parameter.grad)
      this.suspect('missing-zero-grad', this.backwardSite, {
        message:
          'the gradients of the last step are still there, and this backward() adds to them: ' +
          'call zeroGrad() on the optimizer before it',
      });
    this.stale.set(parameter, parameter.grad);
  }

  /** The op that made a tensor, seen through ops that only look at it differently. */
  private maker(tensor: Tensor): Row | undefined {
    const row = this.observer.makerOf(tensor);
    return row && views.has(row.definition.name) ? this.maker(row.inputs[0]) : row;
  }

  private softmaxTwice({ inputs: [x] }: Row): void {
    const made = this.maker(x);
    if (made?.definition.name !== 'softmax') return;
    this.suspect('softmax-twice', this.site, {
      message:
        `these scores ${formatShape(x.shape)} went through softmax already, and the loss takes the softmax itself: ` +
        'pass the scores as they are, or the loss cannot come near 0',
    });
  }

  private softmaxBatch({ inputs: [x], attributes }: Row): void {
    const { dim } = attributes as { dim: number };
    if (dim !== 0 || x.rank < 2) return;
    this.suspect('softmax-batch', this.site, {
      message:
        `softmax over dim 0 of ${formatShape(x.shape)}, which counts the samples of the batch: ` +
        'they would compete with each other; use softmax(-1)',
    });
  }

  private droppedPixels(row: Row): void {
    const { definition, inputs, attributes, outputs, scope } = row;
    const at = attributes as {
      stride: readonly number[];
      dilation: readonly number[];
      padding: readonly number[];
      window?: readonly number[];
      ceil?: boolean;
    };
    const window = at.window ?? inputs[1].shape.slice(2);
    const dropped = [0, 1].map((axis) => {
      const reach = (outputs[0].shape[2 + axis] - 1) * at.stride[axis];
      const end = reach + at.dilation[axis] * (window[axis] - 1) + 1 - at.padding[axis];
      return inputs[0].shape[2 + axis] - end;
    });
    if (at.ceil === true || dropped.every((pixels) => pixels <= 0)) return;
    const named = dropped.flatMap((pixels, axis) =>
      pixels > 0 ? [`${pixels} ${axis === 0 ? 'row' : 'column'}${pixels === 1 ? '' : 's'}`] : [],
    );
    this.suspect('dropped-pixels', this.site, {
      row,
      owner: scope?.owner,
      message:
        `${definition.name}: the last ${named.join(' and ')} of ${formatShape(inputs[0].shape)} are never looked at: ` +
        `(size + 2 · padding − window) is not a multiple of the stride [${at.stride.join(', ')}]`,
    });
  }

  private broadcast(row: Row): void {
    const {
      definition,
      inputs: [a, b],
      outputs: [out],
      scope,
    } = row;
    if (a.rank === 0 || b.rank === 0) return;
    if (sameShape(a.shape, out.shape) || sameShape(b.shape, out.shape)) return;
    // The engine's own layers know what they do.
    if (isLayer(scope?.owner)) return;
    // Whoever puts in dimensions of size 1 wants them to expand.
    const meant = [a, b].some((operand) =>
      ['reshape', 'permute', 'expand'].includes(
        this.observer.makerOf(operand)?.definition.name ?? '',
      ),
    );
    if (meant) return;
    this.suspect('broadcast', this.site, {
      row,
      message:
        `${definition.name}: both sides expand: ${formatShape(a.shape)} and ${formatShape(b.shape)} give ` +
        `${formatShape(out.shape)}; if that is meant, say so with unsqueeze()`,
    });
  }
}
