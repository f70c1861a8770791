import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerPlan } from './messages.js';
import { workerFile } from './worker-file.js';
import type { WorkerEvents, WorkerLink } from './worker-link.js';

/** A worker thread. */
export class ThreadLink implements WorkerLink {
  readonly #worker: Worker;

  constructor(plan: WorkerPlan, events: WorkerEvents) {
    this.#worker = new Worker(workerFile(), { workerData: plan, execArgv: [] });
    let died: unknown;
    this.#worker.on('message', (message: FromWorker) => events.onMessage(message));
    this.#worker.on('error', (error) => {
      died = error;
    });
    this.#worker.on('exit', (code) => events.onExit(`exited with code ${code}`, died));
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  sendListener(id: number, fd: number): void {
    this.send({ type: 'bight:listener', id, fd, error: null });
  }

  kill(): void {
    void this.#worker.terminate();
  }
}
