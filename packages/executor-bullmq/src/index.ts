/**
 * An executor that queues its calls with BullMQ, for workers in other processes and on other machines.
 *
 * @packageDocumentation
 */

export type { DeadLetter, QueueState, QueueStatistics } from './broker.js';
export { QueueWorker } from './bull/queue-worker.js';
export type { MapJobsOptions } from './executor/map-jobs.js';
export { QueueExecutor } from './executor/queue-executor.js';
export type { QueueFuture } from './executor/queue-future.js';
export type { QueueConnection } from './options/connection.js';
export type { LocalQueueOptions } from './options/local-options.js';
export type { CommonQueueOptions, QueueOptions } from './options/queue-options.js';
export type { SubmitOptions } from './options/submit-options.js';
export type { QueueWorkerOptions } from './options/worker-options.js';
