// Ports over what Node offers: a worker's message port and a forked process. Knows no message.
import type { ChildProcess } from 'node:child_process';
import { receiveMessageOnPort, type MessagePort, type Worker } from 'node:worker_threads';
import type { Port } from '../rpc';

/** A port over a worker thread or one end of a message channel. */
export function workerPort(end: Worker | MessagePort): Port {
  return {
    post: (message, transfer = []) => {
      end.postMessage(message, transfer as ArrayBuffer[]);
    },
    listen: (receive) => {
      end.on('message', receive);
    },
  };
}

/** A port that can also be emptied on the spot, while user code holds the thread. */
export interface PollablePort extends Port {
  poll(): void;
}

export function pollablePort(end: MessagePort): PollablePort {
  const receivers: ((message: unknown) => void)[] = [];
  return {
    ...workerPort(end),
    listen: (receive) => {
      receivers.push(receive);
      end.on('message', receive);
    },
    poll: () => {
      for (let next = receiveMessageOnPort(end); next; next = receiveMessageOnPort(end)) {
        for (const receive of receivers) receive(next.message);
      }
    },
  };
}

/** A port over a forked process, or from inside one to its parent. Needs `serialization: 'advanced'`. */
export function processPort(end: ChildProcess | NodeJS.Process): Port {
  return {
    post: (message) => {
      end.send?.(message as object);
    },
    listen: (receive) => {
      end.on('message', receive);
    },
  };
}
