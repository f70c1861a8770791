/**
 * The conformance kit for event loops.
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
export type { HighLevel } from './high-level.js';
export type { Feature, Requirement, Supports } from './supports.js';
