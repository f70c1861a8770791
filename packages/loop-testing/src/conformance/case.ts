import type { Capabilities } from '@bight/loop-abstract/low-level';
import type { CaseContext } from './case-context.js';
import type { Requirement } from './supports.js';

/**
 * What has happened to the loop before a case begins: `'fresh'`: nothing; `'running'`: it runs, and is idle;
 * `'stopped'`: it ran and was stopped; `'closed'`: it was closed; `'debug'`: nothing, but it is in debug mode.
 */
export type LoopState = 'fresh' | 'running' | 'stopped' | 'closed' | 'debug';

/** Every state in which a loop works. */
export const LIVE: readonly LoopState[] = ['fresh', 'running', 'stopped', 'debug'];

/** The states in which the case runs the loop itself. */
export const IDLE: readonly LoopState[] = ['fresh', 'stopped', 'debug'];

/** For cases that involve the operating system: the path through the loop is the same in the other cases. */
export const WITH_SYSTEM: readonly LoopState[] = ['fresh', 'running', 'debug'];

/** One behaviour, to be checked in one or more states of the loop. */
export interface CaseDefinition {
  readonly capability: keyof Capabilities;
  /** A sentence about the behaviour; unique. */
  readonly title: string;
  readonly states: readonly LoopState[];
  /** What a loop needs besides the capability. */
  readonly needs: readonly Requirement[];
  /** What a loop must not support for the behaviour to be expected of it. */
  readonly lacks: readonly Requirement[];
  readonly check: (c: CaseContext) => unknown;
}

/** The properties of a case beside its name and its code. */
export interface CaseOptions {
  states?: readonly LoopState[];
  needs?: readonly Requirement[];
  lacks?: readonly Requirement[];
}

/** Adds a case to a suite. The behaviour completes a sentence that begins with the suite's subject. */
export type DefineCase = (
  behaviour: string,
  check: (c: CaseContext) => unknown,
  options?: CaseOptions,
) => void;

/** The cases about one subject, a method most often. */
export function suite(
  capability: keyof Capabilities,
  subject: string,
  define: (define: DefineCase) => void,
  defaults: CaseOptions = {},
): CaseDefinition[] {
  const cases: CaseDefinition[] = [];
  define((behaviour, check, options = {}) => {
    const { states = LIVE, needs = [], lacks = [] } = { ...defaults, ...options };
    cases.push({ capability, title: `${subject} ${behaviour}`, states, needs, lacks, check });
  });
  return cases;
}
