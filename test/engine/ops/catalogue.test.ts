// The published list says what the declarations and the samples say.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as retrograd from '../../../engine/index';
import { catalogue } from '../../../engine/ops/catalogue';
import { ops, type OpName } from '../../../engine/ops/table';
import type { DType } from '../../../engine/tensor/dtype';
import { EngineError } from '../../../engine/tensor/errors';
import { Tensor } from '../../../engine/tensor/tensor';
import { readDeclarations } from './declarations';
import { cases, opNames } from './samples';

const file = 'engine/ops/catalogue-facts.ts';
const header = `// What the published list is made of, read off declarations and samples by catalogue.test.ts with
// UPDATE_GOLDEN=1. A line for each op: PyTorch's page, where it is called, parameters, options, dtypes, gradient.
import { readFacts } from './catalogue-lines';

export const facts = readFacts(\``;

/** Where a model file finds an op. */
function callableAs(name: OpName): string {
  const places: Record<string, object> = { Tensor: Tensor.prototype, F: retrograd.F, retrograd };
  return Object.keys(places)
    .filter((place) => (places[place] as Record<string, unknown>)[name] !== undefined)
    .join(' ');
}

/** What a model file can call: the rest are gradients and cells of layers. */
const published = opNames.filter((name) => callableAs(name) !== '');

const casesOf = (name: OpName) => cases.filter((one) => one.name === name);

/** The dtypes with which every sample runs; for an op of indices or of nothing, those it has. */
function dtypesOf(name: OpName, options: string): DType[] {
  const all: DType[] = ['float32', 'float64', 'int32', 'bool'];
  const given = casesOf(name).map(({ build }) => build());
  if (given.every(({ leaves }) => leaves.length === 0)) {
    if (options.split(' ').includes('dtype')) return all;
    const made = given.flatMap(({ args, indices }, i) =>
      indices.length > 0 ? indices : casesOf(name)[i].call(args),
    );
    return all.filter((dtype) => made.some((tensor) => tensor.dtype === dtype));
  }
  return all.filter((dtype) =>
    casesOf(name).every(({ build, call }) => runs(() => call(build({ dtype }).args))),
  );
}

/** Whether it is done; numbers that do not suit are no matter of dtype. */
function runs(body: () => unknown): boolean {
  try {
    body();
    return true;
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    return /divided by zero|out of range/.test(error.message);
  }
}

const hasGradient = (name: OpName): boolean =>
  casesOf(name).some(({ build, call }) => {
    const { args, leaves } = build({ requiresGrad: true });
    return leaves.length > 0 && call(args).some((output) => output.requiresGrad);
  });

function pageOf(name: OpName, documented: string): string {
  if (documented !== '') return documented;
  const call = ops[name] as { definition?: { torch?: string } };
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return call.definition?.torch ?? `torch.${snake}`;
}

describe('catalogue', () => {
  it('says what declarations and samples say', function () {
    this.timeout(120_000);
    const declarations = readDeclarations();
    const rows = [...published].sort().map((name) => {
      const { parameters, options, torch } = declarations.get(name)!;
      const dtypes = dtypesOf(name, options).join(' ');
      const page = pageOf(name, torch);
      const gradient = hasGradient(name) ? 'gradient' : '';
      return [name, page, callableAs(name), parameters, options, dtypes, gradient].join(' | ');
    });
    const text = `${header}\n${rows.map((row) => row.trimEnd()).join('\n')}\n\`);\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    const hint = `${file} is out of date: run this test once with UPDATE_GOLDEN=1`;
    assert.equal(readFileSync(file, 'utf8'), text, hint);
  });

  it('gives names, parameters, options, dtypes and gradients', () => {
    const of = Object.fromEntries(catalogue().map((row) => [row.name, row]));
    assert.deepEqual(Object.keys(of), [...published].sort());
    assert.deepEqual(of['conv2d'], {
      name: 'conv2d',
      torch: 'torch.nn.functional.conv2d',
      callable: ['Tensor', 'F'],
      parameters: ['x', 'weight'],
      options: ['bias', 'stride', 'padding', 'dilation', 'groups'],
      dtypes: ['float32', 'float64', 'int32', 'bool'],
      gradient: true,
    });
    assert.deepEqual(of['softmax'], {
      name: 'softmax',
      torch: 'torch.softmax',
      callable: ['Tensor', 'F', 'retrograd'],
      parameters: ['x', 'dim'],
      options: ['dtype'],
      dtypes: ['float32', 'float64'],
      gradient: true,
    });
    for (const { name, torch, callable } of Object.values(of)) {
      // The logarithm of a tensor is x.log(): log() itself feeds the charts.
      const place = torch.includes('.functional.')
        ? 'F'
        : torch.includes('.Tensor.')
          ? 'Tensor'
          : 'retrograd';
      assert.ok(callable.includes(place) || name === 'log', `${name} is missing in ${place}`);
    }
    assert.ok(!of['argmax'].gradient && !of['eq'].gradient && of['cumprod'].gradient);
    assert.deepEqual(of['transpose'].parameters, ['x', 'dim0', 'dim1']);
    assert.deepEqual(of['sum'].parameters, ['x']);
    assert.deepEqual(of['sum'].options, ['dtype', 'keepdim', 'dim']);
  });
});
