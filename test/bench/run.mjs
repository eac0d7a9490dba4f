// `npm run bench`: the engine against PyTorch in one run, turn by turn. Prints a table, or one line of JSON.
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';
import { ensureNode } from './node.mjs';
import { Peer } from './peer.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const flags = new Set(process.argv.slice(2));
const quick = flags.has('--quick');
const rounds = quick ? 3 : 5;
const seconds = quick ? 0.2 : 0.8;
const shapes = quick
  ? ['128x128x128', '64x128x784']
  : ['32x32x32', '128x128x128', '512x512x512', '64x128x784', '2048x512x128', '6400x16x150'];
const opNames = ['add 1x8', 'tanh 1x8', 'matmul 8x8x8', 'add 32x128', 'tanh 32x128'];
/** The training steps that are timed (workloads.ts, sequences.ts), and those of a quick run. */
const workloadNames = quick
  ? ['spiral', 'mlp', 'lenet', 'charRNN', 'lstmSmall']
  : [
      'spiral',
      'mlp',
      'lenet',
      'cnn',
      'charRNN',
      'gru',
      'lstm',
      'rnnSmall',
      'gruSmall',
      'lstmSmall',
      'seq2seq',
      'encoder',
      'gpt',
    ];
/** Losses of ten steps from the same weights must agree this well before a ratio is printed. */
const gate = 1e-5;

/** Torch's usual libraries do many times this on one thread: below it, the peer is no strong one. */
const slowProduct = 10;

const say = (line) => console.error(line);
const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** CPU seconds that all processes of the machine have used, and all there were. */
function machineTime() {
  const totals = cpus().map(({ times }) => [times.user + times.nice + times.sys, times.idle]);
  return totals.reduce(([busy, idle], [b, i]) => [busy + b, idle + i], [0, 0]);
}

async function bundle() {
  const outfile = join(root, 'out/bench/ours.mjs');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/ours.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    alias: { retrograd: './engine/index.ts' },
    logLevel: 'warning',
    plugins: [kernelLibrary],
  });
  return outfile;
}

/** A clean environment: variables that slow a peer's library down are taken out. */
function torchEnvironment(threads) {
  const environment = { ...process.env };
  delete environment.OPENBLAS_CORETYPE;
  return {
    ...environment,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  };
}

function torchPeers() {
  const python = '/usr/bin/python3';
  const probe = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
    encoding: 'utf8',
  });
  if (probe.status !== 0) return { missing: ['torch (python3 has no torch)'], peers: [] };
  const version = probe.stdout.trim();
  const peers = [1, 2].map(
    (threads) =>
      new Peer(
        `torch ${version} x${threads}`,
        python,
        [join(root, 'test/bench/torch_peer.py'), String(threads)],
        torchEnvironment(threads),
      ),
  );
  return { missing: [], peers };
}

async function measureWorkload(name, ours, peers) {
  const reference = await ours.ask({ do: 'losses', name, seconds });
  const deviations = [];
  for (const peer of peers) {
    const losses = await peer.ask({ do: 'losses', name, seconds });
    deviations.push(Math.max(...losses.map((l, i) => Math.abs(l - reference[i]) / Math.abs(l))));
  }
  const times = [[], ...peers.map(() => [])];
  const before = machineTime();
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of [ours, ...peers].entries()) {
      times[i].push(await side.ask({ do: 'steps', name, seconds }));
    }
  }
  const after = machineTime();
  const busy = (after[0] - before[0]) / (after[0] + after[1] - before[0] - before[1]);
  const passes = deviations.every((deviation) => deviation <= gate);
  const best = times[0].map((_, r) => Math.min(...times.slice(1).map((peer) => peer[r])));
  return {
    name,
    oursMs: median(times[0]),
    peers: Object.fromEntries(peers.map((peer, i) => [peer.name, median(times[i + 1])])),
    lossDeviation: peers.length > 0 ? Math.max(...deviations) : null,
    ratioBestTorch:
      peers.length > 0 && passes ? median(times[0].map((ms, r) => best[r] / ms)) : null,
    ratioMin: peers.length > 0 && passes ? Math.min(...best) / Math.min(...times[0]) : null,
    machineBusy: busy,
  };
}

async function measure(node) {
  const ours = new Peer('retrograd', node, [await bundle()], process.env);
  const { missing, peers } = torchPeers();
  missing.push('tfjs-wasm (not installed)', 'jax-js (not installed)');
  try {
    const startup = await ours.ask({ do: 'startup', name: '', seconds });
    const measured = { workloads: [], gemm: [], ops: [], startup, missing, tier: startup.tier };
    for (const name of workloadNames) {
      say(`measuring ${name}`);
      measured.workloads.push(await measureWorkload(name, ours, peers));
    }
    for (const name of shapes) {
      say(`measuring product ${name}`);
      const row = { shape: name, ours: await ours.ask({ do: 'gemm', name, seconds }), peers: {} };
      for (const peer of peers)
        row.peers[peer.name] = await peer.ask({ do: 'gemm', name, seconds });
      measured.gemm.push(row);
    }
    for (const name of opNames) {
      measured.ops.push({ name, ...(await ours.ask({ do: 'op', name, seconds })) });
    }
    return measured;
  } finally {
    [ours, ...peers].forEach((side) => side.end());
  }
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const digits = (value, count = 2) => (value === null ? 'not told' : value.toFixed(count));

/** A warning when the peer's products are slow, as with the reference BLAS. */
function strength(gemm) {
  const rates = gemm.flatMap(({ peers }) => Object.values(peers));
  if (rates.length === 0 || Math.max(...rates) >= slowProduct) return [];
  return [
    `The best product of this torch runs at ${digits(Math.max(...rates), 1)} GFLOP/s: it has a slow BLAS, so the ratios below say nothing about a torch with MKL or OpenBLAS.`,
  ];
}

function report({ workloads, gemm, ops, startup, missing, tier }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  });
  const names = Object.keys(workloads[0].peers);
  return [
    '# Results of the last bench run',
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} × ${cpus()[0].model}, Node ${startup.node}, ` +
      `commit ${commit.trim()}, kernels: ${tier}, one thread${quick ? ', quick run' : ''}.`,
    missing.length > 0 ? `Missing: ${missing.join('; ')}.` : 'All peers are present.',
    ...strength(gemm),
    '## Training steps\nMilliseconds per step, medians of rounds that alternate. The ratio is the best torch time by ours, round by round; above 1 we are faster. It is told only if ten losses from the same weights agree to 1e-5. Machine busy counts every process: a single-threaded side alone keeps one processor busy.',
    table(
      ['workload', 'ours', ...names, 'ratio', 'of minima', 'losses differ by', 'machine busy'],
      workloads.map((w) => [
        w.name,
        digits(w.oursMs),
        ...names.map((name) => digits(w.peers[name])),
        digits(w.ratioBestTorch),
        digits(w.ratioMin),
        w.lossDeviation === null ? 'no peer' : w.lossDeviation.toExponential(1),
        `${Math.round(100 * w.machineBusy)} %`,
      ]),
    ),
    '## Matrix products\nGFLOP/s, float32, packing included.',
    table(
      ['m × n × k', 'ours', ...names],
      gemm.map((g) => [g.shape, digits(g.ours, 1), ...names.map((n) => digits(g.peers[n], 1))]),
    ),
    '## Overhead\nNanoseconds per op in a chain of 100, recorded, the best chain.',
    table(
      ['op', 'forward', 'backward'],
      ops.map((o) => [o.name, digits(o.forward, 0), digits(o.backward, 0)]),
    ),
    `The kernel library is ${(startup.bytes / 1024).toFixed(1)} KB and is compiled in ${startup.ms.toFixed(1)} ms, cold.`,
  ].join('\n\n');
}

const node = ensureNode(say);
const measured = await measure(node);
const text = report(measured);
const target = join(root, 'test/bench/RESULTS.md');
if (!quick) writeFileSync(target, await format(text, { parser: 'markdown' }));
console.log(flags.has('--json') ? JSON.stringify(measured) : text);
