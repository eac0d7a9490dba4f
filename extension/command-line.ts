// A run as a line for a terminal. Knows no editor and no run under way.
import type { RunRecord } from '../engine/protocol';

/** The command that trains the same from a terminal: with the run's own seed and all its hyperparameters. */
export function commandLine({
  label,
  seed,
  hyper,
}: Pick<RunRecord, 'label' | 'seed' | 'hyper'>): string {
  const pairs = hyper.map(({ name, value }) => `--set ${quoted(`${name}=${String(value)}`)}`);
  return ['retrograd train', quoted(label), `--seed ${seed}`, ...pairs].join(' ');
}

/** One word for the shells of Unix, and while it has no odd letters for every shell. */
const quoted = (word: string): string =>
  /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
