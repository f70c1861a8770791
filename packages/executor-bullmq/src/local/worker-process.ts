import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { builtWorkerExecArgv } from '@bight/executors/low-level';
import type { FromWorker, ToWorker } from './worker-messages.js';

// This file lies in `src/local`, and its code in `dist`, beside the built file of the worker.
const [built, fromSource] = ['./local-worker.js', '../../dist/local-worker.js'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
) as [string, string];

/** What a worker process reports. */
export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /** It has ended, in the middle of a job perhaps. */
  onExit(how: string): void;
}

/** A process that runs one job at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;

  constructor(events: WorkerEvents) {
    this.#child = fork(existsSync(built) ? built : fromSource, {
      serialization: 'advanced',
      execArgv: builtWorkerExecArgv(),
    });
    this.keepAlive(false);
    let how: string | null = null;
    let isDisconnected = false;
    const end = () => {
      // The last answers may be read after the process is gone; the channel's end comes after them.
      if (how !== null && isDisconnected) events.onExit(how);
    };
    this.#child.on('message', (message) => {
      const { type } = Object(message) as { type?: unknown };
      if (typeof type === 'string' && type.startsWith('bight:')) events.onMessage(message as FromWorker);
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid !== undefined) return;
      how = `could not be started: ${error.message}`;
      isDisconnected = true;
      end();
    });
    this.#child.on('disconnect', () => {
      isDisconnected = true;
      end();
    });
    this.#child.on('exit', (code, signal) => {
      how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
      end();
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

  /** Has the process end. */
  stop(): void {
    this.keepAlive(true);
    if (this.#child.connected) this.#child.disconnect();
  }
}
