import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from '../../../../test/support/workspace.js';
import { kitJobs, ownJobs } from './paths.js';

const program = path.join(repository, 'packages/executor-bullmq/test/fixtures/serve-queue.mjs');

/** What a worker process of a test is started with. */
export interface WorkerSettings {
  readonly url: string;
  readonly queue: string;
  readonly concurrency?: number;
  /** Seconds. */
  readonly lock?: number;
  /** Milliseconds by which its clock is ahead. */
  readonly skew?: number;
}

/** A process that serves a queue. */
export class QueueProcess {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown[]>;

  constructor({ url, queue, concurrency = 1, lock = 30, skew = 0 }: WorkerSettings) {
    const args = [program, url, queue, concurrency, lock, skew, kitJobs, ownJobs].map(String);
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exited = once(this.child, 'exit');
    this.#lines = createInterface(this.child.stdout!)[Symbol.asyncIterator]();
  }

  /** Starts one, and waits until it takes jobs. */
  static async start(settings: WorkerSettings): Promise<QueueProcess> {
    const started = new QueueProcess(settings);
    await started.expectLine('ready');
    return started;
  }

  /** Waits for the next line that it prints. */
  async expectLine(expected: string): Promise<void> {
    const { value } = await this.#lines.next();
    if (value !== expected) throw new Error(`the worker printed ${value}, not ${expected}`);
  }

  /** Ends it, by SIGTERM when no other signal is given; returns its exit code or signal. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.exited;
    return this.child.exitCode ?? this.child.signalCode;
  }
}
