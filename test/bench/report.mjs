// The figures of compute.mjs as a page for people. Measures nothing.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** Torch's usual libraries do many times this on one thread: below it, the peer is no strong one. */
const slowProduct = 10;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const digits = (value, count = 2) =>
  value === null || value === undefined ? 'not told' : value.toFixed(count);

/** A warning when torch's products are slow, as with the reference BLAS. */
function strength(gemm) {
  const rates = gemm.flatMap(({ peers }) =>
    Object.entries(peers).flatMap(([name, rate]) => (name.startsWith('torch') ? [rate] : [])),
  );
  if (rates.length === 0 || Math.max(...rates) >= slowProduct) return [];
  return [
    `The best product of this torch runs at ${digits(Math.max(...rates), 1)} GFLOP/s: it has a slow BLAS, so the ratios below say nothing about a torch with MKL or OpenBLAS.`,
  ];
}

const commitOf = (root) => {
  try {
    const words = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
};

/** Every peer that answered anything. */
const namesOf = (rows) => [...new Set(rows.flatMap(({ peers }) => Object.keys(peers)))];

export function report({ workloads, gemm, ops, loaded, startup, missing, tier }, root, seconds) {
  const names = namesOf(workloads);
  const products = namesOf(gemm);
  const load =
    loaded &&
    `With one other busy program, ${loaded.name} takes ${digits(loaded.ratio)} times as long as with one thread of ours (${digits(loaded.oursMs)} ms and ${digits(loaded.oneThreadMs)} ms).`;
  return [
    '# Results of the last bench run',
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} × ${cpus()[0].model}, Node ${startup.node}, commit ${commitOf(root)}, kernels: ${tier}; ${Math.round(seconds)} s.`,
    missing.length > 0 ? `Missing: ${missing.join('; ')}.` : 'All peers are present.',
    ...strength(gemm),
    '## Training steps\nMilliseconds per step, medians of rounds that alternate. “Own process” is the command line and `retrograd.engine.host: process`; “editor” is a thread of the extension host. A ratio is the best torch time by ours, round by round; above 1 we are faster. It is told only if both of ours give the same bits and ten losses from the same weights agree to 1e-5 with the peer. Foreign load is how many processors other programs kept busy meanwhile: with any, figures of several threads say little.',
    table(
      [
        'workload',
        'own process',
        'editor',
        ...names,
        'ratio',
        'editor’s',
        'of minima',
        'losses differ by',
        'foreign load',
      ],
      workloads.map((w) => [
        w.name,
        digits(w.oursMs, 3),
        digits(w.editorMs, 3),
        ...names.map((name) => (name in w.peers ? digits(w.peers[name], 3) : 'cannot')),
        digits(w.ratioBestTorch),
        digits(w.ratioBestTorchEditor),
        digits(w.ratioMin),
        w.lossDeviation === null ? 'no peer' : w.lossDeviation.toExponential(1),
        digits(w.foreignLoad, 1),
      ]),
    ),
    '## Matrix products\nGFLOP/s, float32, packing included.',
    table(
      ['m × n × k', 'own process', 'editor', ...products],
      gemm.map((g) => [
        g.shape,
        digits(g.ours, 1),
        digits(g.editor, 1),
        ...products.map((name) => digits(g.peers[name], 1)),
      ]),
    ),
    '## Overhead\nNanoseconds per op in a chain of 100, recorded, the best chain.',
    table(
      ['op', 'forward', 'backward'],
      ops.map((o) => [o.name, digits(o.forward, 0), digits(o.backward, 0)]),
    ),
    ...(load ? [`## Under load\n${load}`] : []),
    `The kernel library is ${(startup.bytes / 1024).toFixed(1)} KB and is compiled in ${startup.ms.toFixed(1)} ms, cold.`,
  ].join('\n\n');
}
