// `retrograd verify` tells whether a program's past can be trusted.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { VerifyResult } from '../../../engine/cli/verify';
import { seekable } from './programs';

describe('retrograd verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retrograd-verify-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function verify(text: string, ...options: string[]) {
    const file = join(folder, 'model.ts');
    writeFileSync(file, text);
    const words = [resolve('dist/cli.cjs'), 'verify', file, '--json', ...options];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    const last = stdout.trim().split('\n').at(-1)!;
    return { status, stderr, result: last === '' ? undefined : (JSON.parse(last) as VerifyResult) };
  }

  const program = seekable['epochs around batches, with a schedule, sums and a history'];

  it('finds every step of a deterministic program again', () => {
    const { status, result, stderr } = verify(
      program,
      '--steps',
      '30',
      '--seeks',
      '8',
      '--walks',
      '4',
    );
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const { medianSeekMs, maxSeekMs, checkpointBytes, recordOverhead, ...counts } = result!;
    assert.deepEqual(counts, { seeks: 8, walks: 4, diverged: 0 });
    assert.ok(medianSeekMs > 0 && maxSeekMs >= medianSeekMs && checkpointBytes > 1000);
    assert.ok(Number.isFinite(recordOverhead));
  });

  it('fails when something outside of the state has changed', () => {
    const drifting = program
      .replace('export function', '(globalThis as any).drift = 1;\nexport function')
      .replace('losses.push(loss.item());', 'losses.push((globalThis as any).drift++);');
    const { status, result, stderr } = verify(
      drifting,
      '--steps',
      '20',
      '--seeks',
      '6',
      '--walks',
      '0',
    );
    // Restored in place it comes out another, so it begins anew, where it is the same again.
    assert.equal(status === 0, result!.diverged === 0);
    assert.match(stderr, /what was restored before step \d+ did not lead to the same step/);
    const unruly = drifting.replace('drift = 1', 'drift ??= 1');
    const worse = verify(unruly, '--steps', '20', '--seeks', '6', '--walks', '0');
    assert.equal(worse.status, 1);
    assert.ok(worse.result!.diverged > 0);
    assert.match(worse.stderr, /step \d+ diverged/);
  });

  it('says what is wrong with a budget, a step, or a loop', () => {
    const large = program.replace('const losses', 'const ballast = zeros([400000]); const losses');
    const small = verify(
      large,
      '--steps',
      '6',
      '--seeks',
      '2',
      '--walks',
      '0',
      '--checkpoints',
      '1',
    );
    assert.match(small.stderr, /the state of one step takes 1\.\d MB, and 1\.0 MB are given/);
    assert.equal(small.status, 0);
    const beyond = verify(program, '--steps', '1000');
    assert.match(beyond.stderr, /step 1000 does not exist: train\(\) ended after 39 steps/);
    assert.equal(beyond.status, 1);
    const loopless = `import { nn, optim } from 'retrograd'; const net = new nn.Linear(1, 1); const opt = new optim.SGD(net.parameters());
      const once = () => { net.weight.sum().backward(); opt.step(); }; export function train() { [1, 2, 3, 4, 5].forEach(once); }`;
    const none = verify(loopless, '--steps', '4', '--seeks', '3', '--walks', '2');
    assert.match(none.stderr, /no training loop was found/);
    assert.equal(none.result?.diverged, 0);
  });
});
