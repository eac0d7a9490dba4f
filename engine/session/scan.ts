// Watches one size while a run goes through its steps once more. Knows no history and no port.
import type { ScanRequest } from '../protocol';
import { heldParameters } from '../history/change-log';
import type { Tensor } from '../tensor/tensor';
import { exceeds, variableExcess } from '../trace/changes';
import { normOf } from '../trace/graph';
import type { Trace } from '../trace/trace';

export class Scan {
  /** What passed the limit in the running step, or in the one that ran last. */
  private value: number | undefined;
  found: { step: number; value: number } | undefined;

  constructor(private readonly request: ScanRequest) {}

  /** Variables are seen in steps that are recorded only. */
  get needsRecording(): boolean {
    return this.request.of === 'variable';
  }

  begin(): void {
    this.value = undefined;
  }

  /** An optimizer is about to step, or has: gradients are whole. */
  stepped(): void {
    if (this.request.of !== 'gradient') return;
    const gradient = heldParameters()[this.request.parameter ?? -1]?.grad;
    if (gradient) this.look(gradient);
  }

  /** A step was recorded. */
  recorded(trace: Trace): void {
    const { variable = '', limit } = this.request;
    this.value = variableExcess(trace, variable, limit)?.value;
  }

  /** A step is over; whether the limit was passed in it. */
  end(step: number): boolean {
    const { of, parameter = -1 } = this.request;
    if (of === 'gradient') this.stepped();
    else if (of !== 'variable')
      for (const [i, tensor] of heldParameters().entries())
        if (of === 'anyParameter' || i === parameter) this.look(tensor);
    if (this.value === undefined) return false;
    this.found = { step, value: this.value };
    return true;
  }

  private look(tensor: Tensor): void {
    if (this.value !== undefined || tensor.storage === null || tensor.storage.released) return;
    const size = normOf(tensor);
    if (exceeds(size, this.request.limit)) this.value = size;
  }
}
