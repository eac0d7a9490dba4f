// The supervisor as a thread or a process of its own: only connects it to its port.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineEvents, EngineRequests } from '../protocol';
import { serve, type Handlers, type Port } from '../rpc';
import { processPort } from './ports';
import { Supervisor } from './supervisor';

/** Arguments: bytes of the memory budget. */
const memoryBudget = Number(
  (workerData as { memoryBudget?: number } | null)?.memoryBudget ?? process.argv[2],
);

const port: Port = parentPort
  ? {
      post: (message) => {
        parentPort?.postMessage(message);
      },
      listen: (receive) => parentPort?.on('message', receive),
    }
  : processPort(process);

const handlers = {} as Handlers<EngineRequests>;
const emit = serve<EngineRequests, EngineEvents>(port, handlers);
const supervisor = new Supervisor(emit, {
  memoryBudget,
  userWorker: join(__dirname, 'user-worker.cjs'),
});
Object.assign(handlers, supervisor.handlers());
// A forked engine must not outlive the editor that started it.
process.once('disconnect', () => process.exit(0));
