// The model as a graph of modules and ops, loops rolled or unrolled, and what each has put out so far. Knows no page.
import type { LayerGraph, LayerNode, LayerState, Picture, TensorRef } from '../protocol';
import { Module } from '../nn/module';
import type { Tensor } from '../tensor/tensor';
import { counts } from '../trace/iterations';
import { heatMap } from '../trace/summary';
import { callsOf, outputOf, type Call } from './calls';
import type { StepView } from './held';

const mostNodes = 600;
/** Pictures of nodes are small, so that forty of them fit into one message. */
const pictureSide = 24;
const mostStates = 40;

/** One time that a node ran. */
interface Occurrence {
  readonly row: number;
  readonly output: number;
  readonly iteration: readonly number[];
  readonly rows: readonly number[];
}

interface Node {
  readonly node: LayerNode;
  readonly occurrences: Occurrence[];
}

interface Built {
  readonly graph: LayerGraph;
  readonly nodes: readonly Node[];
}

export function layerGraph(view: StepView, unrolled: boolean): LayerGraph {
  return built(view, unrolled).graph;
}

function built(view: StepView, unrolled: boolean): Built {
  return view.once(`layers ${unrolled}`, () => new Builder(view, unrolled).build());
}

class Builder {
  private readonly nodes: Node[] = [];
  /** Rolled nodes by what they are: the same module, or the same op in the same place of it. */
  private readonly rolled = new Map<string, Node>();
  private readonly nodeOfRow = new Map<number, number>();
  private left = 0;

  constructor(
    private readonly view: StepView,
    private readonly unrolled: boolean,
  ) {}

  build(): Built {
    this.items(callsOf(this.view).root, -1, '');
    const nodes = this.nodes.map(({ node, occurrences }) => ({
      ...node,
      calls: occurrences.length,
    }));
    const graph = { step: this.view.trace.step, nodes, edges: this.edges(), left: this.left };
    return { graph, nodes: this.nodes };
  }

  private items(call: Call, parent: number, key: string): void {
    const seen = new Map<string, number>();
    for (const item of call.items) {
      const name = typeof item === 'number' ? this.view.rows[item].definition.name : item.path;
      // The k-th of its name in its surroundings is the same node in every iteration.
      const placed = typeof item === 'number' ? this.placeKey(item) : name;
      const turn = typeof item === 'number' ? this.view.trace.iterationCounts(item).join('.') : '';
      const number = seen.get(`${placed} ${turn}`) ?? 0;
      if (typeof item === 'number') seen.set(`${placed} ${turn}`, number + 1);
      const own = `${key}/${placed}#${number}`;
      if (typeof item === 'number') this.op(item, call, parent, own);
      else this.module(item, parent, own);
    }
  }

  /** Rows of one place in the text are one node, however often a loop runs them. */
  private placeKey(row: number): string {
    const { site } = this.view.trace.placeOf(row);
    const { name } = this.view.rows[row].definition;
    const { iteration } = this.view.trace.placeOf(row);
    return `${name}@${site}:${this.unrolled ? counts(iteration).join('.') : ''}`;
  }

  private op(row: number, call: Call, parent: number, key: string): void {
    const { definition, inputs, outputs } = this.view.rows[row];
    if (outputs.length === 0) return;
    const view = inputs.some(({ storage }) => storage !== null && storage === outputs[0].storage);
    const iteration = this.view.trace.iterationCounts(row);
    const id = this.add(key, iteration, { row, output: 0, iteration, rows: [row] }, () => ({
      ...blank,
      parent,
      kind: 'op',
      name: definition.name,
      type: call.path === '' ? 'training step' : call.path,
      view,
    }));
    if (id >= 0) this.nodeOfRow.set(row, id);
  }

  private module(call: Call, parent: number, key: string): void {
    const output = outputOf(this.view, call);
    if (output === undefined) return;
    const { owner } = call.scope!;
    const occurrence = {
      row: output.row,
      output: output.index,
      iteration: call.iteration,
      rows: call.rows,
    };
    const id = this.add(key, [...call.iteration], occurrence, () => ({
      ...blank,
      parent,
      kind: 'module',
      name: call.path,
      type: call.type,
      parameters:
        owner instanceof Module ? owner.parameters().reduce((sum, { count }) => sum + count, 0) : 0,
    }));
    if (id < 0) return;
    if (isOpen(call)) this.items(call, id, this.unrolled ? `${key}!${id}` : key);
    for (const row of call.rows) if (!this.nodeOfRow.has(row)) this.nodeOfRow.set(row, id);
  }

  private add(
    key: string,
    iteration: number[],
    occurrence: Occurrence,
    make: () => Omit<LayerNode, 'id' | 'shape' | 'dtype' | 'position' | 'iteration' | 'range'>,
  ): number {
    const known = this.unrolled ? undefined : this.rolled.get(key);
    if (known) {
      known.occurrences.push(occurrence);
      return known.node.id;
    }
    if (this.nodes.length >= mostNodes) {
      this.left++;
      return -1;
    }
    const { shape, dtype } = this.view.rows[occurrence.row].outputs[occurrence.output];
    const range = this.view.rangeOf(occurrence.row);
    const node: LayerNode = {
      ...make(),
      id: this.nodes.length,
      shape: [...shape],
      dtype,
      iteration: this.unrolled ? iteration : [],
      position: this.view.positionAfter(this.view.trace.eventOfRow[occurrence.row]),
      ...(range && { range }),
    };
    const added = { node, occurrences: [occurrence] };
    this.nodes.push(added);
    this.rolled.set(key, added);
    return node.id;
  }

  /** Which node reads what which other made; loops back to the same node are left out. */
  private edges(): (readonly [number, number])[] {
    const found = new Map<string, readonly [number, number]>();
    for (const [row, to] of this.nodeOfRow) {
      for (const input of this.view.rows[row].inputs) {
        const from = this.nodeOfRow.get(this.view.makerOf(input));
        if (from !== undefined && from !== to) found.set(`${from} ${to}`, [from, to]);
      }
    }
    return [...found.values()];
  }
}

/** What the user wrote is open, and what mainly holds other modules, such as nn.Sequential. */
function isOpen({ own, items }: Call): boolean {
  const modules = items.filter((item) => typeof item !== 'number').length;
  return own || 2 * modules > items.length;
}

const blank = { calls: 0, parameters: 0, view: false };

/** What nodes have put out at a position: of several calls the one that the step is at. */
export function layerStates(
  view: StepView,
  { unrolled, position, nodes }: { unrolled: boolean; position: number; nodes: number[] },
): LayerState[] {
  const all = built(view, unrolled).nodes;
  const event = view.eventAt(position);
  return nodes.slice(0, mostStates).flatMap((id) => {
    const node = all[id] as Node | undefined;
    return node ? [stateOf(view, node, event)] : [];
  });
}

function stateOf(view: StepView, { node, occurrences }: Node, event: number): LayerState {
  const tensorOf = ({ row, output }: Occurrence): Tensor => view.rows[row].outputs[output];
  const done = ({ row }: Occurrence): boolean => view.trace.eventOfRow[row] < event;
  let call = occurrences.findLastIndex(done);
  // In backward the latest gradient tells which call the step is at.
  let latest = -1;
  occurrences.forEach((occurrence, i) => {
    const arrival = view.arrivalOf(tensorOf(occurrence)) ?? Infinity;
    if (arrival < event && arrival > latest) [latest, call] = [arrival, i];
  });
  const shown = occurrences[Math.max(call, 0)];
  const tensor = tensorOf(shown);
  const ref: TensorRef = { row: shown.row, side: 'out', index: shown.output };
  const gradient = view.gradientAt(tensor, event);
  return {
    id: node.id,
    call,
    iteration: [...shown.iteration],
    output: call < 0 ? null : pictureOf(view, ref, tensor),
    gradientState: view.gradientState(tensor, event),
    gradient: gradient ? pictureOf(view, { ...ref, gradient: true }, gradient) : null,
  };
}

function pictureOf(view: StepView, ref: TensorRef, tensor: Tensor): Picture {
  return {
    tensor: ref,
    summary: view.summary(tensor),
    heatMap: heatMap(tensor, pictureSide),
  };
}
