import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { taskFrom } from '@bight/executors';
import { run, sleep, timeout } from '@bight/loop-core';
import { repository } from '../../../../test/support/workspace.js';
import { QueueExecutor, type QueueOptions } from '../../src/index.js';
import { kitJobs, ownJobs } from './paths.js';
import { RedisServer } from './redis-server.js';
import { QueueProcess, type WorkerSettings } from './worker-process.js';

const submitter = path.join(repository, 'packages/executor-bullmq/test/fixtures/submit-jobs.mjs');
/** How long a test may take. */
const SECONDS = process.env.BIGHT_QUEUE_SAMPLE === undefined ? 300 : 50;
let count = 0;

/** The fixture of a fault test: a server of its own, and processes that end with the test. */
export class FaultBench {
  readonly redis: RedisServer;
  readonly queue = `faults-${count++}`;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'bight-faults-'));
  readonly #workers: QueueProcess[] = [];
  readonly #submitters: ChildProcess[] = [];
  #files = 0;

  private constructor(redis: RedisServer) {
    this.redis = redis;
  }

  /** Runs a test's body on a loop. */
  static async run(body: (bench: FaultBench) => Promise<void>): Promise<void> {
    const bench = new FaultBench(await RedisServer.start());
    try {
      await run(() => timeout(SECONDS).run(() => body(bench)));
    } finally {
      for (const child of bench.#submitters) child.kill('SIGKILL');
      await bench.endWorkers();
      await bench.redis.stop();
      rmSync(bench.#folder, { recursive: true, force: true });
    }
  }

  /** An executor on the queue. */
  executor(options: Partial<QueueOptions> = {}): QueueExecutor {
    return new QueueExecutor({ queue: this.queue, connection: this.redis.url, ...options });
  }

  /** A worker of the queue, which takes jobs. */
  async worker(settings: Partial<WorkerSettings> = {}): Promise<QueueProcess> {
    const worker = await QueueProcess.start({ url: this.redis.url, queue: this.queue, ...settings });
    this.#workers.push(worker);
    return worker;
  }

  /** Kills all workers. */
  async endWorkers(): Promise<void> {
    for (const worker of this.#workers) await worker.end('SIGKILL');
  }

  /** A process that submits a job; it has been submitted. */
  async submitter(
    name: string,
    options: object,
    args: readonly unknown[],
  ): Promise<{ kill(): Promise<void> }> {
    const parameters = [
      this.redis.url,
      this.queue,
      kitJobs,
      name,
      JSON.stringify(options),
      JSON.stringify(args),
    ];
    const child = spawn(process.execPath, [submitter, ...parameters], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#submitters.push(child);
    const exited = once(child, 'exit');
    const { value } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    if (value !== 'submitted') throw new Error(`the submitter printed ${value}`);
    return {
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }

  /** A job of the kit, or of this package's tests. */
  job(name: string, module: 'kit' | 'own' = 'kit') {
    return taskFrom(module === 'kit' ? kitJobs : ownJobs, name);
  }

  /** The name of a file that does not exist yet. */
  file(): string {
    return path.join(this.#folder, `file-${this.#files++}`);
  }

  /** The lines of a file, once there are this many. */
  async lines(file: string, count: number): Promise<string[]> {
    for (;;) {
      const found = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      if (found.length >= count) return found;
      await sleep(0.02);
    }
  }

  /** Waits until something holds. */
  async until(holds: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await holds())) await sleep(0.02);
  }
}
