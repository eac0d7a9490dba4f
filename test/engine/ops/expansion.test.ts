// Fused ops and their expansions agree, for every op that has one and all its samples.
import assert from 'node:assert/strict';
import { noGrad, tape, type Row } from '../../../engine/tape/tape';
import { formatType } from '../../../engine/tensor/format';
import type { Tensor } from '../../../engine/tensor/tensor';
import { cases } from './samples';

/** Largest difference, relative to values above 1: both round, at different places. */
const bounds = { float32: 1e-6, float64: 1e-13, int32: 0, bool: 0 } as const;

type Expand = (inputs: readonly Tensor[], attributes: object) => readonly Tensor[];

/** The rows that a call writes. */
function rowsOf(body: () => unknown): Row[] {
  const before = tape.mode;
  tape.mode = 'record';
  tape.rows = [];
  try {
    noGrad(body);
    return tape.rows;
  } finally {
    tape.mode = before;
    tape.rows = [];
  }
}

/** How many insides lie within one another in rows. */
function depthOf(rows: readonly Row[]): number {
  return rows.reduce((deepest, { definition, inputs, attributes }) => {
    const expand = definition.expand as unknown as Expand | undefined;
    return expand
      ? Math.max(deepest, 1 + depthOf(rowsOf(() => expand(inputs, attributes))))
      : deepest;
  }, 0);
}

/** Ops that must have an inside, so that a lost one is noticed. */
const fused = [
  'binaryCrossEntropy',
  'conv2d',
  'gelu',
  'gruCell',
  'hardswish',
  'logSoftmax',
  'logsigmoid',
  'lstmCell',
  'maxPool2d',
  'silu',
  'softmax',
  'softplus',
  'standardize',
];

describe('The expansion of a fused op', () => {
  const seen = new Map<string, number>();
  for (const { title, build, call } of cases) {
    for (const dtype of ['float32', 'float64'] as const) {
      it(`computes the same in ${dtype}: ${title}`, () => {
        for (const row of rowsOf(() => call(build({ dtype }).args))) {
          const { definition, inputs, attributes, outputs } = row;
          const expand = definition.expand as unknown as Expand | undefined;
          if (expand === undefined) continue;
          let found: readonly Tensor[] = [];
          const parts = rowsOf(() => (found = expand(inputs, attributes)));
          assert.ok(parts.length > 1, 'an inside has several rows');
          assert.ok(parts.every((part) => part.definition.name !== definition.name));
          // The debugger's addresses have room for so many, and for one inside within another.
          assert.ok(parts.length < 4000 && depthOf(parts) <= 1);
          assert.deepEqual(found.map(formatType), outputs.map(formatType));
          outputs.forEach((output, i) => {
            const [wanted, got] = [output.toTypedArray(), found[i].toTypedArray()];
            wanted.forEach((value, at) => {
              const off = Math.abs(got[at] - value) / Math.max(1, Math.abs(value));
              const same = Object.is(got[at], value) || got[at] === value;
              assert.ok(
                same || off <= bounds[output.dtype],
                `${title}: ${got[at]} is not ${value}`,
              );
            });
          });
          seen.set(definition.name, (seen.get(definition.name) ?? 0) + outputs[0].count);
        }
      });
    }
  }

  it('exists where a step hides several, and was compared', () => {
    assert.deepEqual([...seen.keys()].sort(), fused);
    assert.ok([...seen.values()].every((count) => count > 0));
  });
});
