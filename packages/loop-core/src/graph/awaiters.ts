import type { AbstractEventLoop } from '@bight/loop-abstract';
import { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { kBlock, kDependsOn, kLoop } from '../internals.js';
import type { CancelBlock } from '../tasks/cancel-block.js';
import { tasksOf } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';

/** What waits for a future according to the program, for futures that this library did not make. */
const noted = new WeakMap<object, Set<Future<unknown>>>();

/**
 * Notes that `waiter` waits for `future`, for call graphs: for waits that this library does not see. Values that are no
 * futures are ignored; a second call has no effect.
 *
 * @python asyncio.future_add_to_awaited_by() (3.14)
 */
export function futureAddToAwaitedBy(future: unknown, waiter: unknown): void {
  if (!isFuture(future) || !isFuture(waiter)) return;
  const waiters = noted.get(future);
  if (waiters === undefined) noted.set(future, new Set([waiter as Future<unknown>]));
  else waiters.add(waiter as Future<unknown>);
}

/**
 * Takes back what {@link futureAddToAwaitedBy} has noted.
 *
 * @python asyncio.future_discard_from_awaited_by() (3.14)
 */
export function futureDiscardFromAwaitedBy(future: unknown, waiter: unknown): void {
  if (typeof future === 'object' && future !== null) noted.get(future)?.delete(waiter as Future<unknown>);
}

/** What waits for a future according to the program: waiters that are done no longer do. @internal */
export function notedAwaiters(future: object): Future<unknown>[] {
  return [...(noted.get(future) ?? [])];
}

/**
 * The futures that a task waits for: those that it awaits, and behind them what those depend on, up to the next tasks;
 * and the tasks of the groups that it has opened.
 *
 * @internal
 */
export function awaitedBy(task: Task): Set<Future<unknown>> {
  const seen = new Set<Future<unknown>>();
  // Depth first, in the order in which they are awaited.
  const rest: Future<unknown>[] = [...task[kDependsOn]()].reverse();
  for (let future = rest.pop(); future !== undefined; future = rest.pop()) {
    if (seen.has(future) || future.done()) continue;
    seen.add(future);
    if (!(future instanceof Task))
      for (const other of [...(future[kDependsOn]?.() ?? [])].reverse()) rest.push(other);
  }
  return seen;
}

/**
 * How many waits of a task's code are under way. Of a task that is done, these are waits of code that it has begun and
 * does not await. For authors of tools.
 */
export function waitsOf(task: object): number {
  return task instanceof Task ? [...task[kDependsOn]()].filter((future) => !future.done()).length : 0;
}

/** The task that has opened the group of a task; `null` for a task that is in none. @internal */
export function groupParent(task: Task): Task | null {
  for (let block = task[kBlock] as CancelBlock | null; block !== null; block = block.parent) {
    if (block.members?.has(task)) return block.task;
  }
  return null;
}

/** {@link awaitedBy}, without a set where a task waits for one thing that depends on nothing: most do. */
function directlyAwaited(task: Task): Iterable<Future<unknown>> {
  const [first, second] = task[kDependsOn]();
  if (first === undefined) return [];
  const isPlain = first instanceof Task || first[kDependsOn] === Future.prototype[kDependsOn];
  return second !== undefined || !isPlain ? awaitedBy(task) : first.done() ? [] : [first];
}

/** What waits for what, at one moment. @internal */
export class AwaitGraph {
  readonly #wanted: ReadonlySet<Future<unknown>> | null;
  readonly #awaiters = new Map<object, Map<Future<unknown>, Set<Future<unknown>>>>();

  /** @param wanted - the future in question: nothing is kept of others; by default any */
  constructor(wanted: ReadonlySet<Future<unknown>> | null = null) {
    this.#wanted = wanted;
  }

  /** The futures that wait for `future`: tasks, or what the program has noted. */
  awaiters(future: Future<unknown>): Set<Future<unknown>> {
    const found = new Set(this.#of(future[kLoop]).get(future) ?? []);
    for (const waiter of notedAwaiters(future)) found.add(waiter);
    return found;
  }

  #of(loop: object): Map<Future<unknown>, Set<Future<unknown>>> {
    let awaiters = this.#awaiters.get(loop);
    if (awaiters !== undefined) return awaiters;
    awaiters = new Map();
    this.#awaiters.set(loop, awaiters);
    const add = (future: Future<unknown>, task: Task): void => {
      if (this.#wanted?.has(future) === false) return;
      const tasks = awaiters.get(future);
      if (tasks === undefined) awaiters.set(future, new Set([task]));
      else tasks.add(task);
    };
    for (const task of tasksOf(loop as AbstractEventLoop)) {
      if (!(task instanceof Task)) continue;
      for (const future of directlyAwaited(task)) add(future, task);
      const parent = groupParent(task);
      if (parent !== null && !parent.done()) add(task, parent);
    }
    return awaiters;
  }
}
