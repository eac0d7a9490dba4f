// The supervisor as a thread or a process of its own: only connects it to its port.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineEvents } from '../protocol';
import { enableRevectorizer } from '../kernels/revectorizer';
import { serve, type Handlers, type Port } from '../rpc';
import { processPort } from './ports';
import { Supervisor, type OwnRequests } from './supervisor';

interface Limits {
  readonly memoryBudget: number;
  readonly threads: number;
}

/** Arguments: bytes of the memory budget, and how many threads compute. */
const { memoryBudget, threads } = (workerData as Limits | null) ?? {
  memoryBudget: Number(process.argv[2]),
  threads: Number(process.argv[3]),
};

const port: Port = parentPort
  ? {
      post: (message) => {
        parentPort?.postMessage(message);
      },
      listen: (receive) => parentPort?.on('message', receive),
    }
  : processPort(process);

// A process of our own; in the editor's process nothing that concerns all of it is touched.
if (parentPort === null) enableRevectorizer();

const handlers = {} as Handlers<OwnRequests>;
const emit = serve<OwnRequests, EngineEvents>(port, handlers, (method, argument) =>
  supervisor.ask(method, argument),
);
const supervisor: Supervisor = new Supervisor(emit, {
  memoryBudget,
  threads,
  userWorker: join(__dirname, 'user-worker.cjs'),
});
Object.assign(handlers, supervisor.handlers());
// A forked engine must not outlive the editor that started it.
process.once('disconnect', () => process.exit(0));
