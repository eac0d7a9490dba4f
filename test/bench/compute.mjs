// Training steps, products and ops: the engine and its peers in one run, turn by turn. Gives figures, prints nothing.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';
import { Peer } from './peer.mjs';
import { findPeers } from './peers.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** After so long a quick run hurries: a minute is what it may take. */
const quickMilliseconds = 25_000;

const quickPlan = {
  rounds: 3,
  seconds: 0.15,
  workloads: ['spiral', 'mlp', 'lenet', 'charRNN', 'lstmSmall'],
  shapes: ['128x128x128', '64x128x784'],
};
const fullPlan = {
  rounds: 5,
  seconds: 0.6,
  workloads: [
    ...['spiral', 'mlp', 'lenet', 'cnn', 'charRNN', 'gru', 'lstm'],
    ...['rnnSmall', 'gruSmall', 'lstmSmall', 'seq2seq', 'encoder', 'gpt'],
  ],
  shapes: [
    ...['32x32x32', '128x128x128', '512x512x512'],
    ...['64x128x784', '2048x512x128', '6400x16x150'],
  ],
};
const opNames = ['add 1x8', 'tanh 1x8', 'matmul 8x8x8', 'add 32x128', 'tanh 32x128'];

/** Losses of ten steps from the same weights must agree this well before a ratio is told. */
const gate = 1e-5;

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const isTorch = ({ name }) => name.startsWith('torch');

async function bundle(entry, outfile, format) {
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    alias: { retrograd: './engine/index.ts' },
    logLevel: 'warning',
    plugins: [kernelLibrary],
  });
  return outfile;
}

/** The engine as the command line runs it, and as the editor does: V8's switches are the editor's own. */
async function oursSides(node) {
  const program = await bundle('test/bench/side.ts', join(root, 'out/bench/side.mjs'), 'esm');
  const helper = join(root, 'out/bench/helper-worker.cjs');
  await bundle('engine/kernels/helper-worker.ts', helper, 'cjs');
  const side = (kind, threads) =>
    new Peer(`retrograd, ${kind}`, node, [program, kind, String(threads), helper]);
  const threads = Math.min(availableParallelism(), 4);
  return {
    own: side('own', threads),
    editor: side('editor', threads),
    single: () => side('own', 1),
  };
}

/** Processor seconds that all programs of the machine have used. */
const busySeconds = () =>
  cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys) / 1000, 0);

/** How many processors programs other than ours kept busy while `body` ran; undefined where nobody tells. */
async function foreignLoad(sides, body) {
  const own = () => sides.reduce((sum, side) => sum + side.cpuSeconds, 0);
  const [start, busy, used] = [performance.now(), busySeconds(), own()];
  await body();
  const seconds = (performance.now() - start) / 1000;
  const load = (busySeconds() - busy - (own() - used)) / seconds;
  return Number.isFinite(load) ? Math.max(0, load) : null;
}

/** How far losses lie from ours; null for a side that cannot train this. */
const deviation = (losses, reference) =>
  losses && Math.max(...losses.map((l, i) => Math.abs(l - reference[i]) / Math.abs(reference[i])));

async function measureWorkload(name, { own, editor }, peers, { rounds, seconds, deadline }) {
  const ask = (side, what) => side.ask({ do: what, name, seconds });
  const reference = await ask(own, 'losses');
  const sameBits = JSON.stringify(reference) === JSON.stringify(await ask(editor, 'losses'));
  const agreeing = [];
  const deviations = {};
  const told = new Map();
  for (const peer of peers) {
    // One library with another number of threads computes the same; it need not be asked again.
    if (!told.has(peer.library)) told.set(peer.library, await ask(peer, 'losses'));
    const value = deviation(told.get(peer.library), reference);
    if (value === null) continue;
    deviations[peer.name] = value;
    agreeing.push(peer);
  }
  const sides = [own, editor, ...agreeing];
  const times = new Map(sides.map((side) => [side, []]));
  const load = await foreignLoad(sides, async () => {
    // On a machine with much else to do, a quick run makes do with fewer rounds.
    for (let round = 0; round < rounds && (round === 0 || performance.now() < deadline); round++)
      for (const side of sides) times.get(side).push(await ask(side, 'steps'));
  });
  const passing = agreeing.filter((peer) => deviations[peer.name] <= gate && sameBits);
  const strongest = passing.filter(isTorch).map((peer) => times.get(peer));
  const best = times.get(own).map((_, round) => Math.min(...strongest.map((peer) => peer[round])));
  const ratio = (side) =>
    strongest.length > 0 ? median(times.get(side).map((ms, round) => best[round] / ms)) : null;
  return {
    name,
    oursMs: median(times.get(own)),
    editorMs: median(times.get(editor)),
    peers: Object.fromEntries(agreeing.map((peer) => [peer.name, median(times.get(peer))])),
    ratioBestTorch: ratio(own),
    ratioBestTorchEditor: ratio(editor),
    ratioMin: strongest.length > 0 ? Math.min(...best) / Math.min(...times.get(own)) : null,
    ratios: Object.fromEntries(
      passing.map((peer) => [
        peer.name,
        median(times.get(own).map((ms, round) => times.get(peer)[round] / ms)),
      ]),
    ),
    lossDeviation: agreeing.length > 0 ? Math.max(...Object.values(deviations)) : null,
    sameBits,
    foreignLoad: load,
  };
}

/** Several threads while another program keeps a processor busy, against our own single thread. */
async function measureLoaded(node, { own, single }, { rounds, seconds }) {
  const alone = single();
  const hog = spawn(node, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const name = 'encoder';
  const times = [[], []];
  try {
    for (let round = 0; round < rounds; round++)
      for (const [i, side] of [own, alone].entries())
        times[i].push(await side.ask({ do: 'steps', name, seconds }));
  } finally {
    hog.kill();
    alone.end();
  }
  const [oursMs, oneThreadMs] = times.map(median);
  return { name, oursMs, oneThreadMs, ratio: median(times[0].map((ms, i) => ms / times[1][i])) };
}

/** All figures; a peer that fails is reported as missing, and the run goes on. */
export async function compute(node, quick, say) {
  const deadline = quick ? performance.now() + quickMilliseconds : Infinity;
  const plan = { ...(quick ? quickPlan : fullPlan), deadline };
  const ours = await oursSides(node);
  const { peers, missing } = findPeers(node, !quick, say);
  const alive = new Set(peers);
  /** Takes a peer that does not answer out, and tries again without it. */
  const withoutTheDead = async (what, measure) => {
    for (;;) {
      const asked = [...alive];
      for (const peer of asked) {
        const ask = peer.ask;
        peer.ask = (request) =>
          Peer.prototype.ask.call(peer, request).catch((error) => {
            alive.delete(peer);
            missing.push(`${peer.name} (${what}: ${error.message})`);
            peer.ask = ask;
            peer.end();
            throw new DeadPeer();
          });
      }
      try {
        return await measure(asked);
      } catch (error) {
        if (!(error instanceof DeadPeer)) throw error;
      }
    }
  };
  try {
    const startup = await ours.own.ask({ do: 'startup', name: '', seconds: 0 });
    const measured = { workloads: [], gemm: [], ops: [] };
    for (const name of plan.workloads) {
      say(`measuring ${name}`);
      const measure = (asked) => measureWorkload(name, ours, asked, plan);
      measured.workloads.push(await withoutTheDead(name, measure));
    }
    for (const name of plan.shapes) {
      say(`measuring product ${name}`);
      const ask = (side) => side.ask({ do: 'gemm', name, seconds: plan.seconds });
      const measure = async (asked) => {
        const row = { shape: name, ours: await ask(ours.own), editor: await ask(ours.editor) };
        row.peers = {};
        for (const peer of asked) row.peers[peer.name] = await ask(peer);
        return row;
      };
      measured.gemm.push(await withoutTheDead(name, measure));
    }
    for (const name of opNames) {
      const answer = await ours.editor.ask({ do: 'op', name, seconds: plan.seconds });
      measured.ops.push({ name, ...answer });
    }
    const loaded = quick ? null : await measureLoaded(node, ours, plan);
    const { tier } = await ours.own.ask({ do: 'startup', name: '', seconds: 0 });
    return { ...measured, loaded, startup, missing, tier };
  } finally {
    for (const side of [ours.own, ours.editor, ...alive]) side.end();
  }
}

class DeadPeer extends Error {}
