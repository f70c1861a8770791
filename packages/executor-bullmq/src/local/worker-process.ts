import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  builtWorkerExecArgv,
  builtWorkerFile,
  requireNodeExecutable,
  watchChildEnd,
} from '@bight/executors/low-level';
import { RuntimeError } from '@bight/loop-abstract';
import type { FromWorker, ToWorker } from './worker-messages.js';

const here = import.meta.url as string | undefined;

/**
 * The main file of a worker.
 *
 * @throws {RuntimeError} in a bundle that has no such file beside it, and in a single-executable application
 */
export function workerFile(): URL {
  requireNodeExecutable();
  const found = builtWorkerFile('local-worker', here);
  if (found !== null) return found;
  throw new RuntimeError(
    'QueueExecutor.local() needs a file: bundle ' +
      '@bight/executor-bullmq/dist/local-worker.js beside the program, or leave @bight/executor-bullmq out of the bundle',
  );
}

/** What a worker process reports. */
export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /** It has ended, in the middle of a job perhaps. */
  onExit(how: string): void;
}

/** A process that runs one job at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;

  constructor(file: URL, events: WorkerEvents) {
    this.#child = fork(fileURLToPath(file), {
      serialization: 'advanced',
      execArgv: builtWorkerExecArgv(),
    });
    this.keepAlive(false);
    this.#child.on('message', (message) => {
      const { type } = Object(message) as { type?: unknown };
      if (typeof type === 'string' && type.startsWith('bight:')) events.onMessage(message as FromWorker);
    });
    watchChildEnd(this.#child, (how, error) => {
      events.onExit(error === undefined ? how : `${how}: ${error.message}`);
    });
  }

  /** Sends a message; a closed channel is reported by `onExit`. */
  send(message: ToWorker): void {
    this.#child.send(message, () => {});
  }

  /** Whether the process keeps this one alive. */
  keepAlive(isWanted: boolean): void {
    const method = isWanted ? 'ref' : 'unref';
    this.#child[method]();
    this.#child.channel?.[method]?.();
  }

  /** Asks the process to end. */
  stop(): void {
    this.keepAlive(true);
    if (this.#child.connected) this.#child.disconnect();
  }
}
