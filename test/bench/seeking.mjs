// A part of `npm run bench`: how fast one stands in any of 10,000 steps of a small GPT, within 64 MB. Needs a build. Knows no number.
import { execFileSync } from 'node:child_process';
import { bundle, root } from './bundle.mjs';

const quick = process.argv.includes('--quick');
const outfile = await bundle('seeking');
const words = quick ? ['500', '16'] : ['10000', '64'];
const told = JSON.parse(
  execFileSync(process.execPath, [outfile, ...words], { cwd: root, encoding: 'utf8' }),
);
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
console.log(
  [
    '# Going back',
    `A GPT of two blocks with dropout and Adam has run ${told.steps} steps of ${ms(told.stepMilliseconds)}. ${told.seeks} random ones, each recorded and held: median ${ms(told.medianMilliseconds)}, at most ${ms(told.maxMilliseconds)} of processor time (goal: a median of 200 ms), median ${ms(told.medianWall)} by the clock; ${told.checkpoints} checkpoints in ${told.megabytes.toFixed(1)} MB of 64, at most ${told.widest} steps apart; ${told.diverged} diverged.`,
  ].join('\n\n'),
);
