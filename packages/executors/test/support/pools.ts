import { afterAll, beforeAll } from '@jest/globals';
import {
  ProcessPoolExecutor,
  type ProcessPoolOptions,
  ThreadPoolExecutor,
  taskFrom,
} from '../../src/index.js';

const work = new URL('../fixtures/work.js', import.meta.url);

/** Functions of fixtures/work.js. */
export const countCalls = taskFrom<() => number>(work, 'countCalls');
export const whoAmI = taskFrom<() => string>(work, 'whoAmI');
export const waitAt = taskFrom<<T>(path: string, value?: T) => Promise<T>>(work, 'waitAt');
export const exitAfter = taskFrom<(path: string, code: number) => Promise<never>>(work, 'exitAfter');
export const workModule = work;

/** Both kinds of pools, for `describe.each`. */
export const kinds: readonly [
  string,
  (options?: ProcessPoolOptions) => ThreadPoolExecutor | ProcessPoolExecutor,
][] = [
  ['ThreadPoolExecutor', (options) => new ThreadPoolExecutor({ maxWorkers: 2, ...options })],
  ['ProcessPoolExecutor', (options) => new ProcessPoolExecutor({ maxWorkers: 2, ...options })],
];

/**
 * A pool for the tests of a `describe()` that leave its worker as they found it: to start one takes longer than they
 * do.
 *
 * @returns what returns the pool while a test runs
 */
export function sharedPool<Pool extends ThreadPoolExecutor | ProcessPoolExecutor>(
  createPool: (options: ProcessPoolOptions) => Pool,
  maxWorkers = 1,
): () => Pool {
  let pool: Pool;
  beforeAll(() => {
    pool = createPool({ maxWorkers });
  });
  afterAll(() => pool.shutdown());
  return () => pool;
}
