// Trains models of the gallery in full and compares what they reach with the target that they state.
import { readdirSync } from 'node:fs';
import { galleryFolder, trainModel } from './run';
import { reaches, targetOf } from './target';

/** The longest that a model may take on the machine on which the gallery is kept. */
const seconds = 90;

/** Trains the named models, or all; answers whether all reach their targets in time. */
export async function checkGallery(names: readonly string[], seed: number): Promise<boolean> {
  const all = readdirSync(galleryFolder).filter((name) => name.endsWith('.ts'));
  const chosen =
    names.length === 0 ? all : all.filter((name) => names.includes(name.replace(/\.ts$/, '')));
  let passed = chosen.length > 0;
  for (const name of chosen) {
    const started = performance.now();
    const run = await trainModel(name, { seed });
    const took = (performance.now() - started) / 1000;
    const target = targetOf(name, run.text);
    const { value, reached } = reaches(target, run.curves);
    const good = reached && took <= seconds;
    passed &&= good;
    console.log(
      `${good ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${target.curve} ${value.toFixed(4)} ` +
        `(target ${target.sign} ${target.bound}) in ${took.toFixed(1)} s, ${run.steps} steps`,
    );
  }
  return passed;
}
