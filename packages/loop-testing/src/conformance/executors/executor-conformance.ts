import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { taskFrom } from '@bight/executors';
import type { Executor } from '@bight/loop-abstract';
import { checkCallback, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { run, sleep, timeout as timeoutOf } from '@bight/loop-core';
import { executorCases } from './cases.js';
import type { ExecutorCase, ExecutorRequest, JobExecutor } from './executor-under-test.js';

/** What {@link ExecutorConformance} needs to know. */
export interface ExecutorConformanceOptions {
  /** Registers a test: a name, and a function that returns a promise; that of any test runner. */
  readonly test: (name: string, check: () => Promise<void>) => unknown;
  /**
   * Makes an executor with workers of its own that serve the module `jobs`, a new one each time. The kit shuts it down,
   * and then calls what was returned as `close`.
   */
  readonly createExecutor: (
    request: ExecutorRequest,
  ) => Promise<{ executor: Pick<Executor, 'shutdown'>; close?: () => unknown }>;
  /** The address of `@bight/loop-testing/executor-jobs`, as `import.meta.resolve()` gives it. */
  readonly jobs: string | URL;
  /** **Seconds** that one case may take before it fails; 60 when not given. */
  readonly timeout?: number | undefined;
}

const OPTIONS = ['test', 'createExecutor', 'jobs', 'timeout'] as const;
const DEFAULT_TIMEOUT_SECONDS = 60;
/** How many jobs run at once where a case does not care. */
const CONCURRENCY = 2;

/**
 * Checks that an executor of jobs does what `QueueExecutor` promises, wherever its workers are: values, errors,
 * retries, cancels, keys, progress.
 */
export class ExecutorConformance {
  readonly #options: ExecutorConformanceOptions;
  readonly #seconds: number;

  /**
   * @param options - see `ExecutorConformanceOptions`
   * @throws {TypeError} when the options are not what they should be
   */
  constructor(options: ExecutorConformanceOptions) {
    const { test, createExecutor, jobs, timeout } = checkOptions(options, OPTIONS);
    checkCallback(test, 'test');
    checkCallback(createExecutor, 'createExecutor');
    taskFrom(jobs as string);
    this.#seconds = timeout === undefined ? DEFAULT_TIMEOUT_SECONDS : checkSeconds(timeout, 'timeout');
    this.#options = options;
  }

  /** The names of all cases. */
  get names(): readonly string[] {
    return executorCases.map(({ name }) => name);
  }

  /** Registers a test for each case. */
  register(): void {
    for (const { name, check, request } of executorCases) {
      this.#options.test(name, () =>
        this.#perform({ concurrency: CONCURRENCY, contextVars: [], ...request }, check),
      );
    }
  }

  async #perform(request: ExecutorRequest, check: (c: ExecutorCase) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'bight-executor-'));
    try {
      await run(() => this.#within(request, folder, check));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #within(
    request: ExecutorRequest,
    folder: string,
    check: (c: ExecutorCase) => Promise<void>,
  ): Promise<void> {
    const { jobs, createExecutor } = this.#options;
    const { executor, close } = await createExecutor(request);
    let files = 0;
    try {
      await timeoutOf(this.#seconds).run(() =>
        check({
          executor: executor as unknown as JobExecutor,
          job: (name) => taskFrom(jobs, name) as never,
          file: () => path.join(folder, `file-${files++}`),
          lines,
        }),
      );
    } finally {
      try {
        await executor.shutdown({ cancelFutures: true });
      } finally {
        await close?.();
      }
    }
  }
}

async function lines(file: string, count: number): Promise<readonly string[]> {
  for (;;) {
    const found = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    if (found.length >= count) return found;
    await sleep(0.02);
  }
}
