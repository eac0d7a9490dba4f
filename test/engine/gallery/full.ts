// Trains models of the gallery in full: do they reach the target that they state, and does a shape run tell the truth?
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readFile } from '../../../engine/session/workspace';
import { compareWithReal } from '../../../engine/shapes/compare';
import { galleryFolder, trainModel } from './run';
import { headOf } from '../../../extension/gallery-head';
import { reaches } from './target';

/** The most processor time that a model may take; other programs on the machine do not count. */
const seconds = 90;

/** Trains the named models, or all; answers whether all reach their targets in time, with true shapes. */
export async function checkGallery(names: readonly string[], seed: number): Promise<boolean> {
  const all = readdirSync(galleryFolder).filter((name) => name.endsWith('.ts'));
  const chosen =
    names.length === 0 ? all : all.filter((name) => names.includes(name.replace(/\.ts$/, '')));
  let passed = chosen.length > 0;
  for (const name of chosen) {
    const started = process.cpuUsage();
    const run = await trainModel(name, { seed });
    const took = process.cpuUsage(started).user / 1e6;
    const { target } = headOf(name, run.text);
    const { value, reached } = reaches(target, run.curves);
    const { differences, error } = await compareWithReal(join(galleryFolder, name), readFile);
    const replay = verify(name, Math.min(run.steps, 20));
    const good =
      replay === '' &&
      reached &&
      took <= seconds &&
      differences.length === 0 &&
      error === undefined;
    passed &&= good;
    console.log(
      `${good ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${target.curve} ${value.toFixed(4)} ` +
        `(target ${target.sign} ${target.bound}) in ${took.toFixed(1)} s of processor time, ${run.steps} steps`,
    );
    if (replay !== '') console.log(`       retrograd verify: ${replay}`);
    if (error !== undefined) console.log('       the step for shapes failed:', error);
    for (const { line, text, real, meta } of differences)
      console.log(`       line ${line}: ${text} is ${real}, but a shape run says ${meta}`);
  }
  return passed;
}

/** Goes back and forth in a short run by \`retrograd verify\`; what diverged, or nothing. */
function verify(name: string, steps: number): string {
  const options = ['--steps', String(steps), '--seeks', '4', '--walks', '2', '--json'];
  const file = join(galleryFolder, name);
  const run = spawnSync(process.execPath, ['dist/cli.cjs', 'verify', file, ...options], {
    encoding: 'utf8',
  });
  return run.status === 0 ? '' : `${run.stdout}${run.stderr}`.trim();
}
