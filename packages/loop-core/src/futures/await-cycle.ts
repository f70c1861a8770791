import type { RuntimeError } from '@bight/loop-abstract';
import { kAwaited, kDependsOn, kHasWaiters, kIsInline, kRefuseWait, kSoleWait, kTask } from '../internals.js';
import type { AwaitingSide } from './await-seams.js';
import { selfAwait } from './refused-await.js';

/** Code under way, as this file sees it: a task, or a coroutine method, which runs as a part of what awaits it. */
interface Code {
  /** Whether it is a part of what awaits it. */
  readonly [kIsInline]: boolean;
  /** Whether something awaits it. */
  readonly [kHasWaiters]: boolean;
  readonly [kAwaited]: object | null;
  /** What it waits for; `undefined` if that is several things. */
  readonly [kSoleWait]: object | null | undefined;
  [kDependsOn](): Iterable<object>;
  /** Makes its wait for `future` throw `error` instead. */
  [kRefuseWait](future: object, error: RuntimeError): void;
}

function isCode(value: object): value is Code {
  return (value as { [kTask]?: unknown })[kTask] !== undefined && kSoleWait in value;
}

/**
 * Finds out whether a task would await itself by way of coroutine methods, now that `awaiter` is about to wait for
 * `future`, and refuses the wait in that circle which is for the task itself, as CPython does.
 *
 * Two tasks that wait for each other are no mistake that an error could name: CPython lets them wait, too.
 *
 * @returns the error, if it is the new wait that is to be refused; `null` if that can begin
 * @internal
 */
export function refuseCycle(awaiter: AwaitingSide, future: object): RuntimeError | null {
  // Nothing leads back to code that is not awaited.
  if ((awaiter as unknown as Partial<Code>)[kHasWaiters] !== true || !mayLeadTo(awaiter, future)) return null;
  const circle = circleThrough(awaiter as unknown as Code, future as Code);
  if (circle === null) return null;
  const tasks = circle.filter((code) => !code[kIsInline]);
  if (tasks.length > 1) return null;
  const task = tasks[0] ?? circle[1] ?? circle[0]!;
  const at = circle.indexOf(task);
  // The first in the circle is the awaiter, the second what it is about to wait for.
  if (at === 1) return selfAwait(task);
  circle.at(at - 1)![kRefuseWait](task, selfAwait(task));
  return null;
}

/** Follows what is waited for, as far as that is one thing at a time: `false` if it ends elsewhere. */
function mayLeadTo(awaiter: object, future: object): boolean {
  let at: object | null | undefined = future;
  for (let length = 0; at !== null && at !== awaiter; length++) {
    if (at === undefined || length > 10_000) return true;
    if (!isCode(at)) return false;
    at = at[kSoleWait];
  }
  return at !== null;
}

/** The awaiter, the future, and everything on the way from there back to the awaiter. */
function circleThrough(awaiter: Code, future: Code): Code[] | null {
  const reachedFrom = new Map<Code, Code>([[future, awaiter]]);
  for (const code of reachedFrom.keys()) {
    for (const next of code[kDependsOn]()) {
      if (next === awaiter) return [...pathTo(code, reachedFrom, awaiter)].reverse();
      if (isCode(next) && !reachedFrom.has(next)) reachedFrom.set(next, code);
    }
  }
  return null;
}

function* pathTo(end: Code, reachedFrom: Map<Code, Code>, awaiter: Code): Generator<Code> {
  for (let code = end; code !== awaiter; code = reachedFrom.get(code)!) yield code;
  yield awaiter;
}
