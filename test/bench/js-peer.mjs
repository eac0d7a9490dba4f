// What the peers in JavaScript share: the data of all sides, the models they can train, and the protocol.
import { createInterface } from 'node:readline';

/** Numbers between −scale and scale that every side makes: element i of a series. */
export function series(count, salt, scale) {
  return Float32Array.from({ length: count }, (_, i) => {
    const mixed = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
    const bits = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 8;
    return Math.fround(bits / 2 ** 23 - 1) * scale;
  });
}

export const floats = (count, salt) => series(count, salt, 1);

export const classes = (count, kinds, salt) =>
  Array.from(floats(count, salt), (value) => Math.floor(((value + 1) / 2) * kinds));

/** The workloads without convolutions and look-ups. */
export const dense = {
  spiral: { sizes: [2, 16, 16, 2], activation: 'tanh', rows: 32, kinds: 2 },
  mlp: { sizes: [784, 256, 128, 10], activation: 'relu', rows: 64, kinds: 10 },
};

/** Milliseconds per call. */
export function timed(seconds, call) {
  let calls = 0;
  const start = performance.now();
  do {
    call();
    calls++;
  } while (performance.now() - start < seconds * 1000);
  return (performance.now() - start) / calls;
}

/** Answers requests until there are no more; `null` for what this side cannot do. */
export function answerLines({ can, ...actions }) {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { do: what, name, seconds } = JSON.parse(line);
    const able = what === 'gemm' || can(name);
    const answer = able && what in actions ? actions[what](name, seconds) : null;
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
}
