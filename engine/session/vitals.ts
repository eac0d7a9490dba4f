// How the layers of a model fare in training: norms of gradients, and of updates over weights, a few times a second. Knows no port.
import type { LogPoint } from '../protocol';
import type { Module } from '../nn/module';
import { tape } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { now } from './clock';

/** Milliseconds between two looks: so many times what a look costs, within these bounds. */
const [soonest, latest] = [250, 2000];
const patience = 100;

interface Before {
  readonly parameter: Tensor;
  readonly values: ArrayLike<number>;
}

/** Sums of squares of one layer. */
interface Sums {
  gradient: number;
  weight: number;
  update: number;
}

export class Vitals {
  readonly gradients: LogPoint[] = [];
  readonly ratios: LogPoint[] = [];
  private before: Before[] = [];
  private due = -Infinity;
  private spent = 0;

  /** `model` tells which model learns: its layers' paths are the names. */
  constructor(private readonly model: () => Module | undefined) {}

  /** An optimizer is about to change these. */
  stepping(parameters: readonly Tensor[]): void {
    const begin = now();
    if (begin < this.due || tape.mode !== 'plain') return;
    this.before = parameters.flatMap((parameter) =>
      parameter.grad === null ? [] : [{ parameter, values: parameter.toTypedArray() }],
    );
    this.spent = now() - begin;
  }

  /** It has changed them. */
  stepped(step: number): void {
    const { before } = this;
    if (before.length === 0) return;
    const begin = now();
    this.before = [];
    const layers = this.sumsOf(before);
    const point = (value: (sums: Sums) => number): LogPoint => ({
      step,
      values: Object.fromEntries([...layers].map(([path, sums]) => [path, value(sums)])),
    });
    this.gradients.push(point(({ gradient }) => Math.sqrt(gradient)));
    this.ratios.push(point(({ update, weight }) => Math.sqrt(update / weight)));
    const end = now();
    const cost = this.spent + end - begin;
    this.due = end + Math.min(latest, Math.max(soonest, patience * cost));
  }

  private sumsOf(before: readonly Before[]): Map<string, Sums> {
    const paths = new Map<Tensor, string>();
    for (const [path, parameter] of this.model()?.namedParameters() ?? [])
      paths.set(parameter, path.split('.').slice(0, -1).join('.') || path);
    const layers = new Map<string, Sums>();
    for (const { parameter, values } of before) {
      const path = paths.get(parameter);
      if (path === undefined || parameter.grad === null) continue;
      const sums = layers.get(path) ?? { gradient: 0, weight: 0, update: 0 };
      layers.set(path, sums);
      const [after, gradient] = [parameter.toTypedArray(), parameter.grad.toTypedArray()];
      for (let i = 0; i < after.length; i++) {
        const [old, change, slope] = [values[i], after[i] - values[i], gradient[i]];
        sums.weight += old * old;
        sums.update += change * change;
        sums.gradient += slope * slope;
      }
    }
    return layers;
  }
}
