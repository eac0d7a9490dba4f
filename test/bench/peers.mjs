// Whom the engine is compared with: what is installed, and what is fetched for the purpose. Knows no workload.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './node.mjs';
import { Peer } from './peer.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Never installed with the project: they are only compared with. */
const packages = {
  'tfjs-wasm': ['@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0'],
  'jax-js': ['@jax-js/jax@0.1.25'],
};
const programs = { 'tfjs-wasm': 'tfjs_peer.mjs', 'jax-js': 'jaxjs_peer.mjs' };

/** A clean environment: variables that slow a peer's library down are taken out. */
function torchEnvironment(threads, blas) {
  const environment = { ...process.env };
  delete environment.OPENBLAS_CORETYPE;
  return {
    ...environment,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    ...(blas && { LD_PRELOAD: blas }),
  };
}

/** Debian's OpenBLAS for OpenMP, which its torch is faster with. */
function openBlas() {
  const libraries = '/usr/lib';
  if (!existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .map((folder) => join(libraries, folder, 'openblas-openmp/libblas.so.3'))
    .find(existsSync);
}

/** Torch in each Python that has one, with one thread and with two. */
function torchPeers() {
  const blas = openBlas();
  const found = new Map();
  for (const python of ['/usr/bin/python3', 'python3']) {
    const words = [
      '-c',
      'import torch; print(torch.__version__, torch.backends.mkl.is_available())',
    ];
    const { status, stdout } = spawnSync(python, words, { encoding: 'utf8' });
    if (status !== 0) continue;
    const [version, mkl] = stdout.trim().split(' ');
    if (!found.has(version))
      found.set(version, { python, preload: mkl === 'True' ? undefined : blas });
  }
  return [...found].flatMap(([version, { python, preload }]) =>
    [1, 2].map(
      (threads) =>
        new Peer(
          `torch ${version}${preload ? ' + OpenBLAS' : ''} x${threads}`,
          python,
          [join(here, 'torch_peer.py'), String(threads)],
          torchEnvironment(threads, preload),
        ),
    ),
  );
}

/** The folder with a peer's packages: fetched once, whole or not at all. */
function fetched(name, mayFetch, say) {
  const target = join(cacheFolder(), packages[name].join('+').replaceAll('/', '-'));
  if (existsSync(target)) return target;
  if (!mayFetch) throw new Error('not fetched in a quick run');
  say(`fetching ${packages[name].join(', ')} …`);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'unfinished-'));
  try {
    writeFileSync(join(work, 'package.json'), '{"private":true}');
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
    execFileSync('npm', [...words, ...packages[name]], {
      cwd: work,
      stdio: 'ignore',
      timeout: 180_000,
    });
    renameSync(work, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/** All peers that can be had, and those that cannot, with the reason. */
export function findPeers(node, mayFetch, say) {
  const peers = torchPeers();
  const missing = [];
  const strong = ({ name }) => /\+cpu|OpenBLAS/.test(name);
  if (peers.length === 0) missing.push('torch (no Python here has it)');
  else if (!peers.some(strong))
    missing.push("torch with MKL or OpenBLAS (only Debian's own is here)");
  for (const name of Object.keys(packages)) {
    try {
      const folder = fetched(name, mayFetch, say);
      peers.push(new Peer(name, node, [join(here, programs[name]), join(folder, 'package.json')]));
    } catch (error) {
      missing.push(`${name} (${String(error.message).split('\n')[0]})`);
    }
  }
  return { peers, missing };
}
