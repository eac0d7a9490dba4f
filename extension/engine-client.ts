// Starts the engine and speaks with it; the only file that knows what carries the messages.
import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { EngineEvents, EngineRequests } from '../engine/protocol';
import { connect, type Connection, type Port } from '../engine/rpc';

export type EngineHost = 'worker' | 'process';

export interface EngineLimits {
  /** In bytes. */
  readonly memoryBudget: number;
  /** Threads that compute; 0: as many as help. */
  readonly threads: number;
}

export interface EngineClient extends Pick<
  Connection<EngineRequests, EngineEvents>,
  'request' | 'on'
> {
  /** Ends the engine with everything that runs in it. */
  dispose(): void;
}

interface Carrier extends Port {
  /** Calls back once, when the other side is gone for whatever reason. */
  whenGone(tell: (reason: string) => void): void;
  end(): void;
}

/**
 * Starts the engine at `path`. `whenGone` is called when the engine has
 * died by itself, not after `dispose`.
 */
export function startEngine(
  path: string,
  host: EngineHost,
  limits: EngineLimits,
  whenGone: (reason: string) => void,
): EngineClient {
  const carrier = host === 'process' ? inProcess(path, limits) : inWorker(path, limits);
  const connection = connect<EngineRequests, EngineEvents>(carrier);
  let over = false;
  carrier.whenGone((reason) => {
    if (over) return;
    over = true;
    connection.close(reason);
    whenGone(reason);
  });
  return {
    request: connection.request,
    on: (name, receive) => connection.on(name, receive),
    dispose: () => {
      over = true;
      connection.close('the engine was ended');
      carrier.end();
    },
  };
}

function inWorker(path: string, limits: EngineLimits): Carrier {
  const worker = new Worker(path, { workerData: limits });
  return {
    post: (message, transfer = []) => {
      worker.postMessage(message, transfer as ArrayBuffer[]);
    },
    listen: (receive) => worker.on('message', receive),
    whenGone: (tell) => {
      worker.on('error', (error: Error) => tell(error.message));
      worker.on('exit', (code) => tell(`its thread ended with code ${code}`));
    },
    end: () => void worker.terminate(),
  };
}

function inProcess(path: string, { memoryBudget, threads }: EngineLimits): Carrier {
  const child = fork(path, [String(memoryBudget), String(threads)], {
    serialization: 'advanced',
    execArgv: [],
    // On the desktop `process.execPath` is the editor itself; this makes it a plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  return {
    post: (message) => {
      if (child.connected) child.send(message as object);
    },
    listen: (receive) => child.on('message', receive),
    whenGone: (tell) => {
      child.on('error', (error) => tell(error.message));
      child.on('exit', (code, signal) => tell(`its process ended (${signal ?? String(code)})`));
    },
    end: () => {
      child.kill();
    },
  };
}
