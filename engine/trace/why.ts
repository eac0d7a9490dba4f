// Why the gradient of a tensor is absent, zero or tiny: the places where it is lost. Knows no view.
import type { SourceRange } from '../protocol';
import { isFloating } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';
import { verdictOf, type Verdict } from './causes';
import { numbers, typical, type Graph } from './graph';
import { isCut } from './rows';

export interface Finding extends Verdict {
  /** The row where it happens; −1 when no row is at fault. */
  readonly row: number;
  readonly range: SourceRange | undefined;
}

export interface GradientAnswer {
  readonly state: 'absent' | 'zero' | 'tiny' | 'present';
  /** The gradient's size: root of its mean square. */
  readonly typical: number;
  /** Where it is lost, what matters most first; empty when it is present. */
  readonly findings: readonly Finding[];
}

/** A typical element of a gradient below this is called tiny. */
const tinyBelow = 1e-6;
const mostFindings = 3;

export function whyGradient(graph: Graph, tensor: Tensor, tiny = tinyBelow): GradientAnswer {
  const gradient = graph.gradientOf(tensor);
  if (gradient === undefined) {
    const findings = new Absence(graph, tensor).find();
    return { state: 'absent', typical: 0, findings };
  }
  const size = typical(gradient);
  if (size === 0) return { state: 'zero', typical: 0, findings: whyZero(graph, tensor) };
  if (size < tiny) return { state: 'tiny', typical: size, findings: whyTiny(graph, tensor) };
  return { state: 'present', typical: size, findings: [] };
}

function finding(graph: Graph, row: number, verdict: Verdict): Finding {
  return { ...verdict, row, range: row < 0 ? undefined : graph.trace.rangeOf(row) };
}

/** Follows a tensor through all its uses, to where the way back to it is cut. */
class Absence {
  private readonly seen = new Set<Tensor>();
  private readonly cuts: Finding[] = [];
  private readonly ends: Finding[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly tensor: Tensor,
  ) {}

  find(): Finding[] {
    const { graph, tensor } = this;
    const none = (cause: Verdict['cause'], text: string): Finding[] => [
      finding(graph, graph.makerOf(tensor), { cause, text }),
    ];
    if (graph.roots.size === 0) return none('noBackward', 'backward() did not run in this step');
    if (graph.usesOf(tensor).length === 0) return none('unused', 'nothing in this step uses it');
    if (!tensor.requiresGrad) {
      const maker = graph.makerOf(tensor);
      if (maker < 0) return none('frozen', 'it does not require a gradient');
      return graph.trace.rows[maker].inputs.some(({ requiresGrad }) => requiresGrad)
        ? none('noGrad', 'it was made inside noGrad, or by an op that has no gradient')
        : none('frozen', 'nothing that it was made from requires a gradient');
    }
    this.follow(tensor);
    return this.cuts.length > 0 ? this.cuts : this.ends;
  }

  private follow(tensor: Tensor): void {
    if (this.seen.has(tensor)) return;
    this.seen.add(tensor);
    const uses = this.graph.usesOf(tensor);
    for (const row of uses) this.through(row);
    if (uses.length === 0 && !this.graph.roots.has(tensor)) {
      const text = 'what is made from it does not reach the loss';
      this.ends.push(finding(this.graph, this.graph.makerOf(tensor), { cause: 'unused', text }));
    }
  }

  private through(row: number): void {
    const { definition, outputs } = this.graph.trace.rows[row];
    if (definition.name === 'detach') {
      // Layers detach what they only look at, as dropout does; that is nobody's mistake.
      if (isCut(this.graph.trace, row)) this.cuts.push(finding(this.graph, row, this.cut(row)));
      return;
    }
    const open = outputs.filter(({ requiresGrad }) => requiresGrad);
    const chosen = outputs.find(
      (output) => !isFloating(output.dtype) && this.graph.usesOf(output).length > 0,
    );
    if (chosen) {
      const text = `${definition.name} chooses: what is chosen by whole numbers or by yes and no has no gradient`;
      this.cuts.push(finding(this.graph, row, { cause: 'notDifferentiable', text }));
    }
    if (open.length > 0) open.forEach((output) => this.follow(output));
    else if (chosen) return;
    else if (definition.vjp === undefined)
      this.ends.push(
        finding(this.graph, row, {
          cause: 'notDifferentiable',
          text: `${definition.name} has no gradient`,
        }),
      );
    else
      this.cuts.push(
        finding(this.graph, row, { cause: 'noGrad', text: 'it is used inside noGrad' }),
      );
  }

  /** A cut between iterations is a truncation: the value goes on, the gradient does not come back. */
  private cut(row: number): Verdict {
    const { trace } = this.graph;
    const maker = this.graph.makerOf(this.tensor);
    const made = maker < 0 ? undefined : trace.placeOf(maker);
    let cut = trace.placeOf(row).iteration;
    for (; cut; cut = cut.outer) {
      let own = made?.frame === trace.placeOf(row).frame ? made.iteration : undefined;
      own ??= this.callerIteration(maker, trace.placeOf(row).frame);
      while (own && own.loop !== cut.loop) own = own.outer;
      if (own && own.count < cut.count)
        return {
          cause: 'truncated',
          text: `detached at iteration ${cut.count}, and this is of iteration ${own.count}`,
        };
    }
    return { cause: 'detached', text: 'detached: the value goes on, no gradient comes back' };
  }

  /** The iteration that a calling frame was in when a row ran somewhere below it. */
  private callerIteration(row: number, frame: number) {
    if (row < 0) return undefined;
    const { trace } = this.graph;
    let at = trace.placeOf(row).frame;
    while (at >= 0 && trace.frames[at].parent !== frame) at = trace.frames[at].parent;
    if (at < 0) return undefined;
    const before = trace.lastBefore(frame, trace.frames[at].entered);
    return before < 0 ? undefined : trace.iterationAt(before);
  }
}

/** The rows behind which the gradient is not zero and before which it is. */
function whyZero(graph: Graph, tensor: Tensor): Finding[] {
  const found = new Map<number, Finding>();
  const seen = new Set<Tensor>();
  const follow = (at: Tensor): void => {
    if (seen.has(at)) return;
    seen.add(at);
    for (const row of graph.usesOf(at)) {
      const { inputs, outputs } = graph.trace.rows[row];
      for (const output of outputs) {
        const gradient = graph.gradientOf(output);
        if (gradient === undefined) continue;
        if (numbers(gradient).every((value) => value === 0)) follow(output);
        else {
          const blamed = zeroedAt(graph, row, at);
          const verdict =
            blamed === row
              ? verdictOf(graph, row, inputs.indexOf(at))
              : verdictOf(graph, blamed, 0);
          found.set(blamed, finding(graph, blamed, verdict));
        }
      }
    }
  };
  follow(tensor);
  return [...found.values()];
}

/** A sum of products with zeros passes nothing on: the row that made those zeros, or else the row itself. */
function zeroedAt(graph: Graph, row: number, tensor: Tensor): number {
  const { rows } = graph.trace;
  if (!/matmul|conv/.test(rows[row].definition.name)) return row;
  let blamed = row;
  let zeros = rows[row].inputs.find((input) => input !== tensor && isZero(graph, row, input));
  while (zeros) {
    const maker = graph.makerOf(zeros);
    if (maker < 0 || rows[maker].inputs.length === 0) return row;
    blamed = maker;
    zeros = rows[maker].inputs.find((input) => isZero(graph, maker, input));
  }
  return blamed;
}

/** Whether a tensor of several elements was 0 everywhere when a row read it. */
function isZero(graph: Graph, row: number, tensor: Tensor): boolean {
  return tensor.count > 1 && graph.seen(row, tensor).every((value) => value === 0);
}

/** The rows on the strongest way back that shrink the gradient most. */
function whyTiny(graph: Graph, tensor: Tensor): Finding[] {
  const steps: { ratio: number; found: Finding }[] = [];
  const seen = new Set<Tensor>();
  for (let at: Tensor | undefined = tensor; at && !seen.has(at);) {
    seen.add(at);
    const here = typical(graph.gradientOf(at)!);
    let strongest: { row: number; output: Tensor; size: number } | undefined;
    for (const row of graph.usesOf(at)) {
      for (const output of graph.trace.rows[row].outputs) {
        const gradient = graph.gradientOf(output);
        const size = gradient ? typical(gradient) : 0;
        if (size > (strongest?.size ?? 0)) strongest = { row, output, size };
      }
    }
    if (strongest) {
      const operand = graph.trace.rows[strongest.row].inputs.indexOf(at);
      const found = finding(graph, strongest.row, verdictOf(graph, strongest.row, operand));
      steps.push({ ratio: strongest.size / here, found });
    }
    at = strongest?.output;
  }
  const shrinking = steps.filter(({ ratio }) => ratio > 2).sort((a, b) => b.ratio - a.ratio);
  return shrinking.slice(0, mostFindings).map(({ found }) => found);
}
