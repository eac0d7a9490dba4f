// A thread that takes parts of kernels' work, and sleeps when there is none. Knows no kernel and no tensor.
import { workerData, type MessagePort } from 'node:worker_threads';
import { job, type HelperStart } from './job';

/** How often it looks for work before it sleeps: some tens of microseconds. */
const patience = 20_000;

function help({ module, memory, control }: HelperStart): never {
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  const functions = WebAssembly.Module.exports(module).map(({ name }) => exports[name]);
  const words = new Int32Array(control, 0, job.words);
  const program = new Float64Array(control, 4 * job.words);
  for (let idle = 0; ; idle++) {
    const ticket = Atomics.load(words, job.ticket);
    if (!job.spent(ticket)) {
      job.take(words, program, functions, 'last');
      idle = 0;
    } else if (idle > patience) {
      Atomics.add(words, job.sleeping, 1);
      Atomics.wait(words, job.ticket, ticket);
      Atomics.sub(words, job.sleeping, 1);
      idle = 0;
    }
  }
}

(workerData as { port: MessagePort }).port.once('message', help);
