// The main file of a worker of `serve()`: a process, or a thread.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { decodeError, encodeError } from '@bight/executors/low-level';
import type { AbstractServer } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { setListenerSource, stopAccepting } from '@bight/loop-net/low-level';
import { fromFd, type Socket } from '@bight/sockets';
import { getRunningLoop, run, timeout } from './index.js';
import type { SentHandle } from './node/sent-handle.js';
import type { FromWorker, Place, ToWorker, WorkerPlan } from './serving/messages.js';

// Taken at import: fake timers, which replace the global functions, must not apply here.
const { setImmediate } = globalThis;

interface Request {
  resolve(socket: Socket): void;
  reject(error: unknown): void;
}

const plan = (isMainThread ? JSON.parse(process.argv[2]!) : workerData) as WorkerPlan;
/** How many turns of Node's loop a connection needs at most from its arrival to its protocol, with two to spare. */
const TURNS = 6;
const requests = new Map<number, Request>();
const counts = new Map<string, number>();
let isServing = false;
let isToLeave = false;
let leave = (): void => {
  isToLeave = true;
};

function send(message: FromWorker, sent: () => void = () => {}): void {
  if (isMainThread) {
    process.send!(message, sent);
    return;
  }
  parentPort!.postMessage(message);
  sent();
}

function receive(message: ToWorker, handle?: SentHandle): void {
  if (message.type === 'bight:leave') leave();
  else if (message.type === 'bight:listener') receiveListener(message, handle);
}

function receiveListener(
  { id, fd, error }: ToWorker & { type: 'bight:listener' },
  handle?: SentHandle,
): void {
  const request = requests.get(id);
  requests.delete(id);
  if (error !== null) {
    request?.reject(decodeError(error, new Map()));
    return;
  }
  try {
    request?.resolve(fromFd(handle?.fd ?? fd));
  } catch (reason) {
    request?.reject(reason);
  } finally {
    handle?.close();
  }
}

setListenerSource(({ family, proto, sockaddr }, { reuseAddress, reusePort, keepAlive }) => {
  const address = sockaddr as Place['address'];
  const wanted = { family, proto, address, reuseAddress: reuseAddress ?? null, reusePort, keepAlive };
  const key = JSON.stringify(wanted);
  const nth = counts.get(key) ?? 0;
  counts.set(key, nth + 1);
  return new Promise<Socket>((resolve, reject) => {
    const id = requests.size === 0 ? 1 : Math.max(...requests.keys()) + 1;
    requests.set(id, { resolve, reject });
    send({ type: 'bight:listen', id, place: { ...wanted, nth } });
  });
});

if (isMainThread) {
  process.on('message', receive as (message: unknown, handle: unknown) => void);
  // The supervisor is gone. A worker that serves leaves, as if it had been asked to; one that starts may wait for ever.
  process.on('disconnect', () => (isServing ? leave() : end(1)));
  process.on('SIGTERM', () => leave());
  // A terminal sends these to the whole group; the supervisor decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
} else {
  parentPort!.on('message', receive);
}

/** The server of the module. */
async function makeServer(): Promise<AbstractServer> {
  const module = (await import(/* webpackIgnore: true */ plan.url)) as { default?: unknown };
  if (typeof module.default !== 'function') {
    throw new TypeError(
      `${plan.url} must have a default export that makes a server, not ${describeValue(module.default)}`,
    );
  }
  const server: unknown = await module.default();
  const { close, waitClosed } = Object(server) as Partial<AbstractServer>;
  if (typeof close !== 'function' || typeof waitClosed !== 'function') {
    throw new TypeError(
      `the default export of ${plan.url} must return a Server, not ${describeValue(server)}`,
    );
  }
  return server as AbstractServer;
}

async function main(): Promise<void> {
  const server = await makeServer();
  isServing = true;
  send({ type: 'bight:ready' });
  const loop = getRunningLoop();
  const left = loop.createFuture<void>();
  leave = () => {
    if (!loop.isClosed()) loop.callSoonThreadsafe(() => left.done() || left.setResult());
  };
  if (isToLeave) leave();
  await left;
  stopAccepting(server);
  // What Node has accepted reaches its protocol in the next turns.
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  server.close();
  try {
    await timeout(plan.graceSeconds).run(() => server.waitClosed());
  } catch {
    server.abortClients();
    await server.waitClosed();
  }
}

function end(code: number): void {
  process.exit(code);
}

run(main).then(
  () => end(0),
  (error: unknown) => {
    const message = encodeError(error, (value) => structuredClone(value));
    send({ type: 'bight:failed', error: message }, () => end(1));
  },
);
