// What a debug session needs of a run: to start and end it, to ask it, to hear of it. Knows no protocol of an editor.
import type { EngineEvents, EngineRequests, TrainOptions } from '../../engine/protocol';
import type { Remote } from '../../engine/rpc';

export type StartOptions = Pick<
  TrainOptions,
  'file' | 'record' | 'entry' | 'hyper' | 'traceBudget'
> & {
  seed?: number;
};

export interface Target {
  /** Starts a run that holds its steps. Rejects when another debug session is at work. */
  start(options: StartOptions): Promise<void>;
  /** Resolves when the run has ended. */
  stop(): Promise<void>;
  readonly ask: Remote<EngineRequests>;
  /** Calls back for the events of this run, until the result is called. */
  on<K extends keyof EngineEvents>(name: K, receive: (data: EngineEvents[K]) => void): () => void;
}
