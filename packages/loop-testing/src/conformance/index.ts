/**
 * The conformance kits, for event loops and for executors of jobs.
 *
 * @packageDocumentation
 */

export type { LoopState } from './case.js';
export {
  type ConformanceCase,
  type ConformanceOptions,
  conformance,
  conformanceCases,
} from './conformance.js';
export { ExecutorConformance, type ExecutorConformanceOptions } from './executors/executor-conformance.js';
export type { ExecutorRequest, JobExecutor } from './executors/executor-under-test.js';
export type { HighLevel } from './high-level.js';
export type { Feature, Requirement, Supports } from './supports.js';
