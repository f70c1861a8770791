import { unlinkSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { AbstractFuture } from '@bight/loop-abstract';
import { ValueError } from '@bight/loop-abstract';
import { checkInteger, checkOptions, describeValue } from '@bight/loop-abstract/validate';
import { coroutine, type FutureLoop, getRunningLoop } from '@bight/loop-core';
import { workerFile } from '../worker-file.js';
import { Agent, introduce } from './agent.js';
import { noteServer } from './worker-agents.js';

const OPTIONS = ['path', 'port', 'host'] as const;

/** Where an inspector listens. */
export interface InspectorOptions {
  /** A Unix socket, with mode 0600: that mode stands for the token. Not together with `port`. */
  path?: string | null;
  /** A TCP port; by default, one that is free. */
  port?: number | null;
  /** The address of this machine to listen on; by default `'127.0.0.1'`. */
  host?: string | null;
}

/** An inspector that listens. */
export interface Inspector extends AsyncDisposable {
  /** The address of the page, `http://127.0.0.1:1234`; `null` on a Unix socket. */
  readonly url: string | null;
  /** What requests need: `Authorization: Bearer TOKEN`. `null` on a Unix socket. */
  readonly token: string | null;
  /** The port; `null` on a Unix socket. */
  readonly port: number | null;
  /** The path of the Unix socket; `null` on a port. */
  readonly path: string | null;
  /** Stops listening. */
  close(): AbstractFuture<void>;
}

/**
 * Starts an inspector of the loops of this thread: a page and a JSON API, served by a thread of its own, so that a loop
 * which is blocked can be inspected from outside. It does not keep the process alive.
 *
 * @throws {ValueError} when both `path` and `port` are given
 * @throws the system's error (asynchronously) when it cannot listen, such as `EADDRINUSE`
 */
export function startInspector(options?: InspectorOptions | null): AbstractFuture<Inspector> {
  const address = checkAddress(options);
  return underWay(() => launch(address));
}

/** A future of the running loop; where none runs, a promise, which is awaited like one. */
function underWay<T>(body: () => Promise<T>): AbstractFuture<T> {
  let loop: FutureLoop;
  try {
    loop = getRunningLoop() as FutureLoop;
  } catch {
    return body() as unknown as AbstractFuture<T>;
  }
  return coroutine(loop, async () => await body());
}

/** Where to listen, as the serving thread needs to know it. */
export interface ListenAddress {
  readonly path: string | null;
  readonly port: number;
  readonly host: string;
}

function checkAddress(options: InspectorOptions | null | undefined): ListenAddress {
  const { path, port, host } = checkOptions(options, OPTIONS);
  if (path !== undefined && path !== null) {
    if (port !== undefined && port !== null) throw new ValueError('path and port exclude each other');
    if (typeof path !== 'string' || path === '')
      throw new TypeError(`path must be a path, not ${describeValue(path)}`);
  }
  if (host !== undefined && host !== null && (typeof host !== 'string' || host === '')) {
    throw new TypeError(`host must be an address, not ${describeValue(host)}`);
  }
  return {
    path: path ?? null,
    port: checkInteger(port ?? 0, 'port', { min: 0, max: 65_535 }),
    host: host ?? '127.0.0.1',
  };
}

/** What the serving thread reports once it listens, or cannot. */
type Started =
  | {
      readonly type: 'listening';
      readonly url: string | null;
      readonly token: string | null;
      readonly port: number | null;
    }
  | { readonly type: 'failed'; readonly error: Record<string, unknown> };

/**
 * By this variable, worker threads that start later know that there is an inspector: they get a copy of the
 * environment.
 */
export const INSPECTED = 'BIGHT_INSPECT_THREADS';

/** Starts the serving thread. */
export async function launch(address: ListenAddress): Promise<Inspector> {
  const { port1, port2 } = new MessageChannel();
  const agent = new Agent(port1);
  const file = workerFile();
  const worker = new Worker(file, {
    name: 'bight inspector',
    workerData: { ...address, file: file.href, ...introduce(agent), agent: port2, pid: process.pid },
    transferList: [port2],
    // The options of the program (loaders, `--input-type`) are not for this thread.
    execArgv: [],
    env: {},
    stdin: false,
  });
  noteServer(worker.threadId);
  process.env[INSPECTED] = '1';
  const started = await new Promise<Started>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ type: 'failed', error: { message: String(error) } }));
    worker.once('exit', () =>
      resolve({ type: 'failed', error: { message: 'the thread of the inspector has ended' } }),
    );
  });
  if (started.type === 'failed') {
    agent.close();
    await worker.terminate();
    throw Object.assign(new Error(String(started.error.message)), started.error);
  }
  worker.on('error', (error) => process.emitWarning(`the inspector has failed: ${error}`));
  worker.unref();
  return new RunningInspector(address, started, worker, agent);
}

class RunningInspector implements Inspector {
  readonly url: string | null;
  readonly token: string | null;
  readonly port: number | null;
  readonly path: string | null;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #agent: Agent;
  #closed: AbstractFuture<void> | null = null;

  constructor(
    { path }: ListenAddress,
    { url, token, port }: Started & { type: 'listening' },
    worker: Worker,
    agent: Agent,
  ) {
    this.path = path;
    this.url = url;
    this.token = token;
    this.port = port;
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.#agent = agent;
    process.once('exit', this.#removeSocket);
  }

  close(): AbstractFuture<void> {
    this.#closed ??= underWay(async () => {
      process.removeListener('exit', this.#removeSocket);
      this.#agent.close();
      await this.#end();
      this.#removeSocket();
    });
    return this.#closed;
  }

  /** What the serving thread reports arrives after this thread has removed the sessions that had inspected it. */
  async #end(): Promise<void> {
    const ready = new Promise((resolve) => this.#worker.once('message', resolve));
    this.#worker.ref();
    this.#worker.postMessage('end');
    await Promise.race([ready, this.#ended]);
    await this.#worker.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #removeSocket = (): void => {
    if (this.path === null) return;
    try {
      unlinkSync(this.path);
    } catch {
      // The thread has ended already.
    }
  };
}
