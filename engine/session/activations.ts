// Keeps what each module last put out, and draws it small when asked. Knows no port.
import type { LayerActivation } from '../protocol';
import { Module } from '../nn/module';
import { rootOf } from '../trace/paths';
import { heatMap, summarize } from '../trace/summary';
import { tape } from '../tape/tape';
import { Tensor } from '../tensor/tensor';
import type { LatestCall, Lesson } from './probe';
import { targetBehind } from './target';

interface Observation {
  readonly root: Module;
  output: Tensor;
  step: number;
  calls: number;
}

/** A message holds so many layers, and no picture is larger. */
const mostLayers = 150;
const largestSide = 64;

/** Watches all modules from `observe` on. */
export class ActivationWatch {
  private readonly seen = new Map<Module, Observation>();
  private readonly learning = new Map<Module, boolean>();
  private step = 0;
  /** What went through the whole model last. */
  latest: LatestCall | undefined;
  /** The batch of points that was learned from last, of a model with two inputs. */
  lesson: Lesson | undefined;

  /** Hooks into the tape; costs one map access for each call of a module. */
  start(): void {
    tape.observe = (owner, result, inputs) => {
      const output = firstTensor(result);
      if (output === undefined || !(owner instanceof Module)) return;
      if (tape.scope?.parent === undefined && this.learns(owner))
        this.latest = { model: owner, inputs, output };
      const seen = this.seen.get(owner);
      if (seen === undefined) {
        this.seen.set(owner, { root: rootOf(tape.scope), output, step: this.step, calls: 1 });
      } else {
        seen.calls = seen.step === this.step ? seen.calls + 1 : 1;
        seen.step = this.step;
        seen.output = output;
      }
    };
  }

  /** Whether it has parameters: a loss that is a module is not the model. */
  private learns(model: Module): boolean {
    const known = this.learning.get(model) ?? model.parameters().length > 0;
    this.learning.set(model, known);
    return known;
  }

  /** Tells that a new training step begins. */
  beginStep(step: number): void {
    this.step = step;
  }

  /** Backward begins at this loss. */
  sawLoss(loss: Tensor): void {
    const [input] = this.latest?.inputs ?? [];
    if (!(input instanceof Tensor) || input.rank !== 2 || input.shape[1] !== 2) return;
    const target = targetBehind(loss, input.shape[0]);
    this.lesson = target && { input, target };
  }

  /** The tensors that are kept, which memory management must not take away. */
  kept(): Tensor[] {
    const inputs = this.latest?.inputs.filter((input) => input instanceof Tensor) ?? [];
    const lesson = this.lesson ? [this.lesson.input, this.lesson.target] : [];
    return [...[...this.seen.values()].map(({ output }) => output), ...inputs, ...lesson];
  }

  /**
   * The layers in the order of their model's fields, outermost first. Their pictures take at most `bytes`
   * together: of many layers each is small.
   */
  layers(bytes = 160_000): LayerActivation[] {
    const roots = [...new Set([...this.seen.values()].map(({ root }) => root))];
    const found = roots
      .flatMap((root) => {
        const prefix = roots.length > 1 ? [root.constructor.name] : [];
        return [...root.namedModules()].flatMap(([path, module]) => {
          const seen = this.seen.get(module);
          const parts = [...prefix, ...(path === '' ? [] : [path])];
          return seen ? [{ path: parts.join('.'), module, seen }] : [];
        });
      })
      .slice(0, mostLayers);
    const side = Math.min(
      largestSide,
      Math.floor(Math.sqrt(bytes / 4 / Math.max(1, found.length))),
    );
    return found.map(({ path, module, seen: { output, calls } }) => ({
      path,
      kind: module.constructor.name,
      summary: summarize(output),
      heatMap: heatMap(output, side),
      parameters: countElements(module.parameters()),
      calls,
    }));
  }
}

/** How many values these tensors have together. */
export function countElements(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { count }) => sum + count, 0);
}

/** A layer may return a tensor, or a tuple that begins with one. */
export function firstTensor(result: unknown): Tensor | undefined {
  if (result instanceof Tensor) return result;
  if (Array.isArray(result)) return (result as unknown[]).find((item) => item instanceof Tensor);
  return undefined;
}
