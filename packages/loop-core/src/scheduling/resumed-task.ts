import { currentRunContext } from '@bight/contextvars/low-level';
import { kTask } from '../internals.js';
import type { Runnable } from './runnable.js';

interface OnBehalf {
  readonly [kTask]?: object | null;
}

/** The task whose step a runnable is, if it is one. @internal */
export function taskOfRunnable(runnable: Runnable): object | null {
  return (runnable as OnBehalf)[kTask] ?? null;
}

/** The task that goes on when one of these has its turn. @internal */
export function taskAmong(waiters: readonly Runnable[]): object | null {
  for (const waiter of waiters) {
    const task = taskOfRunnable(waiter);
    if (task !== null) return task;
  }
  return null;
}

/** The task whose code runs now. @internal */
export function taskOfRun(): object | null {
  return (currentRunContext()?.task as OnBehalf | null | undefined)?.[kTask] ?? null;
}
