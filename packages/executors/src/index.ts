/**
 * Thread and process pools with the interface of Python's `concurrent.futures`.
 *
 * @packageDocumentation
 */
export { type CarriedVariable, carry } from './calls/carried-variable.js';
export { taskFrom } from './calls/task-from.js';
export { transfer } from './calls/transfer.js';
export { BrokenExecutor, BrokenProcessPool, BrokenThreadPool } from './errors/broken-executor.js';
export type { ErrorClass } from './errors/error-classes.js';
export { type CurrentJob, currentJob } from './jobs/current-job.js';
export type { PoolExecutor } from './pool/pool-executor.js';
export type { PoolFuture } from './pool/pool-future.js';
export type { PoolOptions } from './pool/pool-options.js';
export { ProcessPoolExecutor, type ProcessPoolOptions } from './processes/process-pool-executor.js';
export { ThreadPoolExecutor, type ThreadPoolOptions } from './threads/thread-pool-executor.js';
