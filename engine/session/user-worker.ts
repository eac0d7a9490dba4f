// The thread in which the user's model runs: only connects a session to its port, and takes sharp tools away.
import { workerData, type MessagePort } from 'node:worker_threads';
import type {
  BranchRequest,
  EngineEvents,
  EngineRequests,
  HeldRequests,
  InquiryRequests,
  ProbeRequest,
  RecordRequest,
  ShapeRequests,
  TrainOptions,
} from '../protocol';
import { rememberWorld } from '../history/world';
import { usePool } from '../kernels/pool';
import { arithmetic } from '../kernels/tier';
import { serve, type Handlers } from '../rpc';
import { EngineError } from '../tensor/errors';
import { Control } from './control';
import { pollablePort } from './ports';
import { Session } from './session';

export interface UserWorkerData {
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
  readonly run: number;
  /** Ports of the threads that help kernels, and whether to use them without trying. */
  readonly pool: { readonly ports: readonly MessagePort[]; readonly always: boolean };
}

/** Pausing and stopping are the supervisor's, by way of the shared control words. */
export type SessionRequests = InquiryRequests &
  Omit<
    EngineRequests,
    'pause' | 'resume' | 'stop' | 'question' | keyof HeldRequests | keyof ShapeRequests
  >;

const { port: end, control: shared, run, pool } = workerData as UserWorkerData;
const port = pollablePort(end);
const handlers = {} as Handlers<SessionRequests>;
const emit = serve<SessionRequests, EngineEvents>(port, handlers, (method, argument) =>
  session.answer(method, argument),
);
const session: Session = new Session(run, {
  emit,
  control: new Control(shared),
  answerRequests: () => {
    port.poll();
  },
});

Object.assign(handlers, {
  ...session.inquiries,
  train: async (options: TrainOptions) => {
    // The port must not keep the thread awake while train() awaits: so it is seen when nothing is left to do.
    end.unref();
    await session.train(options);
    end.ref();
    return run;
  },
  activations: () => session.activations(),
  probeInfo: () => session.probeInfo(),
  probe: (request: ProbeRequest) => session.probe(request),
  record: (request: RecordRequest) => {
    session.record(request);
  },
  seek: (request: { step: number }) => {
    session.seek(request);
  },
  branch: (request: BranchRequest) => {
    session.branch(request);
  },
  past: () => session.past(),
  release: () => {
    session.release();
  },
} satisfies Handlers<SessionRequests>);

if (arithmetic.tier !== 'reference') usePool(pool.ports, pool.always);
rememberWorld();

// The engine's own frames lie above the user's; ten would often hold none of theirs.
Error.stackTraceLimit = 60;

// What would end or signal the whole process becomes an error at the user's line.
const refuse = (name: string) => (argument?: number | string) => {
  throw new EngineError('exit', `model code called process.${name}(${argument ?? ''})`);
};
for (const name of ['exit', 'reallyExit', 'abort', 'kill', 'dlopen'] as const) {
  Object.defineProperty(process, name, { value: refuse(name), configurable: true });
}

// It would end the thread, and in some versions of Node the whole process with it.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (thrown: unknown) => {
    session.stray(thrown);
  });

process.on('beforeExit', () => {
  session.idle();
  end.ref();
});
