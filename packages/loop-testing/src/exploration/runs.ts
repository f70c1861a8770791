import { ThreadPoolExecutor } from '@bight/executors';
import { isTaskReference } from '@bight/executors/low-level';
import type { TaskReference } from '@bight/loop-abstract';
import { checkCallback, typeError } from '@bight/loop-abstract/validate';
import { SimulationError } from '../simulation/simulation-error.js';

/** A run of a seed, with its steps and its numbers. */
export type RunFunction<S = never, N extends string = never> = (
  seed: number,
  steps: readonly S[],
  size: Readonly<Record<N, number>>,
) => PromiseLike<unknown>;

/** The same, by the name under which a module exports it. */
export type RunReference<S = never, N extends string = never> = TaskReference<
  Parameters<RunFunction<S, N>>,
  unknown
>;

/** Where seeds are run. */
export interface Runs<S, N extends string> {
  /** Rejects with the error of a run that fails. */
  readonly run: RunFunction<S, N>;
  /** Checks, before the first run, that there is something to run. */
  start(): Promise<void>;
  /** Ends what still runs, as far as that is possible. */
  close(): Promise<void>;
}

/** Makes them: in this thread for a function, in threads for a reference. */
export function runsOf<S, N extends string>(
  run: RunFunction<S, N> | RunReference<S, N>,
  threads: number,
): Runs<S, N> {
  if (isTaskReference(run)) return new ThreadRuns(run as RunReference<S, N>, threads);
  checkCallback(run, 'run');
  if (threads > 1) {
    throw typeError('run', 'what taskFrom() returns, where there is more than one thread', run);
  }
  return { run, start: async () => {}, close: async () => {} };
}

class ThreadRuns<S, N extends string> implements Runs<S, N> {
  readonly run: RunFunction<S, N>;
  readonly #reference: RunReference<S, N>;
  readonly #pool: ThreadPoolExecutor;

  constructor(reference: RunReference<S, N>, threads: number) {
    this.#reference = reference;
    this.#pool = new ThreadPoolExecutor({ maxWorkers: threads, errorClasses: [SimulationError] });
    this.run = (...args) => this.#pool.submit(reference, args);
  }

  /** Without it, a module that cannot be loaded would be a failure of every seed. */
  async start(): Promise<void> {
    const { url, exportName } = this.#reference;
    const found = await this.#pool.submit(typeOfExport, [url, exportName]);
    if (found !== 'function') {
      throw typeError('run', `a function that ${url} exports as ${exportName}`, undefined);
    }
  }

  async close(): Promise<void> {
    await this.#pool.terminateWorkers();
  }
}

/** Sent to a thread as text: it uses nothing from outside. */
async function typeOfExport(url: string, name: string): Promise<string> {
  const module = await import(url);
  return typeof (module[name] ?? module.default?.[name]);
}
