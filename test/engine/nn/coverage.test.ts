// Everything that is published was compared with PyTorch, or says why not.
import assert from 'node:assert/strict';
import { F, nn, optim } from '../../../engine/index';
import { readGolden } from '../../golden/read';

interface Row {
  layer?: string;
  function?: string;
}

const cases = Object.values(readGolden<Record<string, Row>>('nn'));
const ops = readGolden<{ op: string }[]>('ops').map(({ op }) => op);

/** Layers without a row of their own, and what stands in its place. */
const layers: Record<string, string> = {
  Module: 'the base of all layers: module.test.ts',
  ModuleList: 'computes nothing: training-parts.test.ts',
  ModuleDict: 'computes nothing: training-parts.test.ts',
  Identity: 'gives back its input',
  CTCLoss: 'is not here and says so: errors.test.ts',
  RMSNorm: 'PyTorch has it since 2.4 only: training-parts.test.ts checks it by its formula',
  PositionalEncoding: 'PyTorch has no such layer: the numbers of A6 in facts.test.ts',
  AdditiveAttention: 'PyTorch has no such layer: its curve in training.test.ts is made of parts',
  MultiplicativeAttention: 'PyTorch has no such layer: facts.test.ts checks it by its formula',
};

/** Functions of F without a row of their own. */
const functions: Record<string, string> = {
  dropout: 'random: training-parts.test.ts checks its share, its scale and its gradient',
  ctcLoss: 'is not here and says so: errors.test.ts',
  rmsNorm: 'PyTorch has it since 2.4 only: checked with nn.RMSNorm',
};

const missing = (
  names: readonly string[],
  covered: readonly (string | undefined)[],
  reasons: Record<string, string> = {},
): string[] => names.filter((name) => !covered.includes(name) && !(name in reasons));

describe('golden rows', () => {
  it('exist for every layer', () => {
    const names = Object.entries(nn).flatMap(([name, value]) =>
      typeof value === 'function' && (value === nn.Module || value.prototype instanceof nn.Module)
        ? [name]
        : [],
    );
    assert.ok(names.length > 50, `only ${names.length} layers were found`);
    const covered = cases.map(({ layer }) => layer);
    assert.deepEqual(missing(names, covered, layers), []);
    assert.deepEqual(
      Object.keys(layers).filter((name) => covered.includes(name) || !names.includes(name)),
      [],
      'reasons that are no longer needed',
    );
  });

  it('exist for every function of F', () => {
    const covered = [...ops, ...cases.map((row) => row.function)];
    assert.deepEqual(missing(Object.keys(F), covered, functions), []);
    assert.deepEqual(
      Object.keys(functions).filter((name) => covered.includes(name) || !(name in F)),
      [],
      'reasons that are no longer needed',
    );
  });

  it('exist for every optimizer', () => {
    const rows = Object.values(readGolden<Record<string, { optimizer: string }>>('optim'));
    const names = Object.entries(optim).flatMap(([name, value]) =>
      typeof value === 'function' && value.prototype instanceof optim.Optimizer ? [name] : [],
    );
    assert.equal(names.length, 5);
    const covered = rows.map(({ optimizer }) => optimizer);
    assert.deepEqual(missing(names, covered), []);
  });

  it('exist for every schedule', () => {
    const rows = Object.values(readGolden<Record<string, { scheduler: string }>>('schedules'));
    const names = Object.keys(optim.lrScheduler).filter((name) => name !== 'LRScheduler');
    const covered = rows.map(({ scheduler }) => scheduler);
    assert.deepEqual(missing(names, covered), []);
  });
});
