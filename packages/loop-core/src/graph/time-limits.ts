import { isFuture } from '../futures/is-future.js';
import { kDependsOn, kEndsAt, kInnermostBlock } from '../internals.js';
import type { CancelBlock } from '../tasks/cancel-block.js';
import { Task } from '../tasks/task.js';

/** A limit on the time of code that a task runs. */
export interface TimeLimit {
  /** `'timeout'`: of `timeout()`, `waitFor()`, `wait()`; `'scope'`: the deadline of a cancel scope. */
  readonly kind: 'timeout' | 'scope';
  /** How many **seconds** are left; negative once the time is over. */
  readonly secondsLeft: number;
}

/** The limits on the time of what a task does, the innermost first. @internal */
export function timeLimitsOf(task: Task, now: number): TimeLimit[] {
  const limits: TimeLimit[] = [];
  visit(task, { task, now, limits, seen: [] });
  return limits;
}

interface Search {
  readonly task: Task;
  readonly now: number;
  readonly limits: TimeLimit[];
  /** The futures that were visited: so few that a linear search is faster than a Set. */
  readonly seen: object[];
}

function visit(code: object, search: Search): void {
  const { task, now, limits, seen } = search;
  if (seen.includes(code)) return;
  seen.push(code);
  const {
    [kDependsOn]: dependsOn,
    [kInnermostBlock]: innermost,
    [kEndsAt]: endsAt = null,
  } = code as Partial<RunningCode>;
  if (dependsOn === undefined) return;
  // What is awaited lies deeper.
  for (const awaited of dependsOn.call(code)) {
    if (isFuture(awaited) && !(awaited instanceof Task)) visit(awaited, search);
  }
  if (endsAt !== null) limits.push({ kind: 'timeout', secondsLeft: endsAt - now });
  for (
    let block = innermost?.call(code) ?? null;
    block !== null && block.task === task;
    block = block.parent
  ) {
    if (seen.includes(block)) continue;
    seen.push(block);
    if (block.isLeft) continue;
    if (block.endsAt !== null) limits.push({ kind: 'timeout', secondsLeft: block.endsAt - now });
    if (block.deadline !== null) limits.push({ kind: 'scope', secondsLeft: block.deadline - now });
  }
}

interface RunningCode {
  [kDependsOn](): Iterable<object>;
  [kInnermostBlock](): CancelBlock | null;
  readonly [kEndsAt]: number | null;
}
