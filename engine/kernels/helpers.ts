// Starts and ends the threads that help with kernels. Knows no kernel and no run.
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

export interface Helpers {
  /** One for each, to be given to `usePool` in whichever thread computes. */
  readonly ports: readonly MessagePort[];
  end(): void;
}

/** Starts `count` threads from the bundle of helper-worker.ts. */
export function startHelpers(count: number, path: string): Helpers {
  const ports: MessagePort[] = [];
  const workers = Array.from({ length: Math.max(count, 0) }, () => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    const worker = new Worker(path, { workerData: { port: port2 }, transferList: [port2] });
    worker.unref();
    return worker;
  });
  return {
    ports,
    end: () => {
      for (const worker of workers) void worker.terminate();
    },
  };
}
