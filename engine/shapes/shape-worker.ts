// The thread in which programs run without data: only connects reports to its port, one after the other.
import { parentPort } from 'node:worker_threads';
import type { ShapeAnswer, ShapeRequest, ShapeRequests } from '../protocol';
import { serve } from '../rpc';
import { workerPort } from '../session/ports';
import { readFile } from '../session/workspace';
import { reportShapes } from './report';
import { blunt } from './run';

blunt();
let last: Promise<unknown> = Promise.resolve();

async function answer({ file, texts, limit }: ShapeRequest): Promise<ShapeAnswer> {
  const read = (path: string): string | undefined => texts[path] ?? readFile(path);
  const report = await reportShapes(file, { read, limit });
  return { ...report, hints: JSON.stringify(report.hints) };
}

serve<ShapeRequests, Record<string, never>>(workerPort(parentPort!), {
  shapes: (request) => {
    const next = last.then(() => answer(request));
    last = next.catch(() => undefined);
    return next;
  },
});
