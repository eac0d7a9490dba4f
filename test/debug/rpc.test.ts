// Requests and events over a port: answers, failures, order, a relay in between, an end that goes away.
import assert from 'node:assert/strict';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { connect, overJson, relay, serve, type Port } from '../../engine/rpc';
import { pollablePort, workerPort } from '../../engine/session/ports';

interface Requests {
  double(value: number): number;
  later(value: string): string;
  fail(): void;
}

interface Events {
  ticked: { count: number };
}

const handlers = {
  double: (value: number) => value * 2,
  later: async (value: string) => {
    await new Promise((resolve) => setImmediate(resolve));
    return `${value} later`;
  },
  fail: () => {
    throw new Error('on purpose');
  },
};

describe('requests and events over a port', () => {
  const open: MessagePort[] = [];
  const channel = (): [Port, Port] => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    return [workerPort(port1), workerPort(port2)];
  };
  afterEach(() => {
    for (const port of open.splice(0)) port.close();
  });

  it('answers each request with its own result, also out of order', async () => {
    const [here, there] = channel();
    serve<Requests, Events>(there, handlers);
    const { request } = connect<Requests, Events>(here);
    const answers = await Promise.all([
      request.later('a'),
      request.double(2),
      request.later('b'),
      request.double(4),
    ]);
    assert.deepEqual(answers, ['a later', 4, 'b later', 8]);
  });

  it('keeps NaN and the infinities where the carrier writes JSON', async () => {
    const [left, right] = channel();
    const json = (port: Port): Port => ({
      post: (message) => port.post(JSON.parse(JSON.stringify(message))),
      listen: (receive) => port.listen(receive),
    });
    const echo = { echo: (value: unknown) => value };
    serve<typeof echo, Events>(overJson(json(right)), echo);
    const { request } = connect<typeof echo, Events>(overJson(json(left)));
    const sent = { a: [NaN, 1, { b: -Infinity }], c: Infinity, d: null, e: 'NaN', f: [], g: {} };
    assert.deepEqual(await request.echo(sent), sent);
    assert.ok(Number.isNaN(await request.echo(NaN)));
    // Typed arrays pass as they are.
    const values = new Float32Array([NaN, 1]);
    const posted: unknown[] = [];
    const end = overJson({ post: (message) => posted.push(message), listen: () => undefined });
    end.post({ values });
    assert.equal((posted[0] as { values: Float32Array }).values, values);
  });

  it('carries a failure as its message, and refuses what it does not know', async () => {
    const [here, there] = channel();
    serve<Requests, Events>(there, handlers);
    const { request } = connect<Requests, Events>(here);
    await assert.rejects(request.fail(), /^Error: on purpose$/);
    const unknown = request as unknown as Record<string, () => Promise<unknown>>;
    await assert.rejects(unknown.dance(), /unknown request 'dance'/);
  });

  it('delivers events in order to those who listen', async () => {
    const [here, there] = channel();
    const emit = serve<Requests, Events>(there, handlers);
    const connection = connect<Requests, Events>(here);
    const counts: number[] = [];
    const forget = connection.on('ticked', ({ count }) => counts.push(count));
    for (const count of [1, 2, 3]) emit('ticked', { count });
    await connection.request.double(1);
    forget();
    emit('ticked', { count: 4 });
    await connection.request.double(1);
    assert.deepEqual(counts, [1, 2, 3]);
  });

  it('works the same through a relay', async () => {
    const [view, hostLeft] = channel();
    const [hostRight, engine] = channel();
    const emit = serve<Requests, Events>(engine, handlers);
    relay(hostLeft, hostRight);
    const connection = connect<Requests, Events>(view);
    const counts: number[] = [];
    connection.on('ticked', ({ count }) => counts.push(count));
    emit('ticked', { count: 7 });
    assert.equal(await connection.request.double(21), 42);
    assert.deepEqual(counts, [7]);
  });

  it('rejects what is unanswered when the other end is gone, and all that is asked later', async () => {
    const [here] = channel();
    const connection = connect<Requests, Events>(here);
    const unanswered = connection.request.double(1);
    connection.close('the engine has died');
    await assert.rejects(unanswered, /the engine has died/);
    await assert.rejects(connection.request.double(2), /the engine has died/);
  });

  it('answers while its thread is held, when it looks for requests itself', async () => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const held = pollablePort(port2);
    serve<Requests, Events>(held, handlers);
    const { request } = connect<Requests, Events>(workerPort(port1));
    const answer = request.double(3);
    // Nothing of the event loop runs between the two lines: the answer is made here.
    held.poll();
    assert.equal(await answer, 6);
  });
});
