import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtWorkerExecArgv, requireNodeExecutable, watchChildEnd } from '@bight/executors/low-level';
import { fromFd } from '@bight/sockets';
import { carrierOf } from '../node/sent-handle.js';
import type { FromWorker, ToWorker, WorkerPlan } from './messages.js';
import { workerFile } from './worker-file.js';
import type { WorkerEvents, WorkerLink } from './worker-link.js';

/** A worker process. */
export class ProcessLink implements WorkerLink {
  readonly #child: ChildProcess;

  constructor(plan: WorkerPlan, events: WorkerEvents) {
    requireNodeExecutable();
    this.#child = fork(fileURLToPath(workerFile()), [JSON.stringify(plan)], {
      serialization: 'advanced',
      execArgv: builtWorkerExecArgv(),
    });
    this.#child.on('message', (message) => {
      const { type } = Object(message) as { type?: unknown };
      if (typeof type === 'string' && type.startsWith('bight:')) events.onMessage(message as FromWorker);
    });
    watchChildEnd(this.#child, (how, error) => events.onExit(how, error));
  }

  send(message: ToWorker): void {
    // A closed channel is reported by 'disconnect'.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  sendListener(id: number, fd: number): void {
    if (!this.#child.connected) return;
    const { handle, release } = carrierOf(fromFd(fd).detach());
    const message: ToWorker = { type: 'bight:listener', id, fd: -1, error: null };
    this.#child.send(message, handle, release);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
