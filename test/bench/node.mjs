// The Node that the bench runs in: the system's, or a newer one from the npm registry. Knows no workload.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Older ones keep fewer vectors in registers, which is not what most people's editors do. */
const wanted = '24.21.0';

/** Where what is fetched for the bench lies. */
export const cacheFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'retrograd-bench');

/** The path of a Node of that major version or a later one; the system's, and said so, when there is none. */
export function ensureNode(say) {
  if (Number(process.versions.node.split('.')[0]) >= Number(wanted.split('.')[0])) {
    return process.execPath;
  }
  const cache = cacheFolder();
  const target = join(cache, `node-${wanted}`);
  try {
    if (!existsSync(target)) install(cache, target, say);
    return target;
  } catch (error) {
    say(`Node ${wanted} cannot be fetched (${error.message}); using ${process.versions.node}`);
    return process.execPath;
  }
}

function install(cache, target, say) {
  const packed = `node-${process.platform}-${process.arch}@${wanted}`;
  say(`fetching Node ${wanted} (${packed}) …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unfinished-'));
  try {
    const options = { cwd: work, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };
    const tarball = execFileSync('npm', ['pack', '--silent', packed], options).trim();
    execFileSync('tar', ['-xzf', tarball, 'package/bin/node'], { cwd: work });
    // Renamed only when it is whole.
    renameSync(join(work, 'package/bin/node'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
