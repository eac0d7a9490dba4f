// Asks a real thread of shapes after each of many edits, and measures. Prints one line of JSON.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { worked } from '../../engine/shapes/clock';
import { ShapeHost } from '../../engine/shapes/host';

const [worker, edits] = [process.argv[2], Number(process.argv[3])];
const file = resolve('test/bench/four-models.ts');
const original = readFileSync(file, 'utf8');

/** One edit after the other, as they would be typed; each leaves the text as somebody might for a moment. */
function edited(index: number): string {
  const numbers = [...original.matchAll(/(?<=\D)(?:32|64|24|128|2000|14|12|10|3)(?=\D)/g)];
  const at = numbers[(index * 7) % numbers.length].index;
  const lines = original.split('\n');
  const line = 5 + ((index * 37) % (lines.length - 6));
  switch (index % 5) {
    case 0:
      return `${original.slice(0, at)}${Number(numbers[(index * 7) % numbers.length][0]) + 1}${original.slice(at + numbers[(index * 7) % numbers.length][0].length)}`;
    case 1:
      return lines.with(line, `${lines[line]} // ${index}`).join('\n');
    case 2:
      return original.replace(
        'const noise =',
        `const extra${index} = zeros([B, ${index + 1}]);\n  void extra${index};\n  const noise =`,
      );
    case 3:
      return lines.with(line, `${lines[line].slice(0, -3)}.`).join('\n');
    default:
      return original.replace('lr: 3e-3', `lr: ${index + 1}e-4`);
  }
}

const host = new ShapeHost(worker);
const results: { wall: number; work: number; cpu: number; host: number }[] = [];
let first = 0;
let hints = 0;
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 75));
await pause();
for (let i = -8; i < edits; i++) {
  const text = edited(Math.max(i, 0));
  const cpu = process.cpuUsage();
  const own = worked();
  const begin = performance.now();
  const answer = await host.shapes({ file, texts: { [file]: text }, limit: 1000 });
  const wall = performance.now() - begin;
  const known = JSON.parse(answer.hints) as unknown[];
  hints = Math.max(hints, known.length);
  const { user, system } = process.cpuUsage(cpu);
  if (i === -8) first = wall;
  if (i >= 0)
    results.push({
      wall,
      work: answer.milliseconds,
      cpu: (user + system) / 1000,
      host: worked() - own,
    });
  await pause();
}
await host.close();
console.log(JSON.stringify({ results, first, hints, version: process.versions.node }));
