// Trains models of the gallery in full and compares what they reach with the target that they state.
import { readdirSync } from 'node:fs';
import { galleryFolder, trainModel } from './run';
import { headOf } from '../../../extension/gallery-head';
import { reaches } from './target';

/** The most processor time that a model may take; other programs on the machine do not count. */
const seconds = 90;

/** Trains the named models, or all; answers whether all reach their targets in time. */
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
    const good = reached && took <= seconds;
    passed &&= good;
    console.log(
      `${good ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${target.curve} ${value.toFixed(4)} ` +
        `(target ${target.sign} ${target.bound}) in ${took.toFixed(1)} s of processor time, ${run.steps} steps`,
    );
  }
  return passed;
}
