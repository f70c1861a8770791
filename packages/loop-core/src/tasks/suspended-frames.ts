import { isUsersFrame } from '../debugging/stacks.js';
import { type Resume, suspendedStacks } from '../hosts/node/suspended-stacks.js';
import { kAwaited, kIsWait, kResume, kTask, kWaits } from '../internals.js';
import { Awaiter } from './awaiter.js';

/**
 * The frames of the async functions of tasks that wait, the innermost first, without those of the library; none of
 * tasks that do not wait for a future, and where the engine does not show them.
 *
 * @internal
 */
export function suspendedFrames(tasks: readonly Awaiter<unknown>[]): string[][] {
  const waits = tasks.map(waitsIn);
  const all = suspendedStacks(waits.flat());
  let at = 0;
  return waits.map(({ length }) => {
    const frames = all.slice(at, at + length).flat();
    at += length;
    return frames.filter(isUsersFrame);
  });
}

/**
 * What resumes the code of a task, the innermost first: the task may wait for a coroutine method, whose body waits in
 * its turn.
 */
function waitsIn(task: Awaiter<unknown>): Resume[] {
  const found: Resume[] = [];
  const seen = new Set<unknown>();
  for (let code: unknown = task; code instanceof Awaiter && !seen.has(code); ) {
    const isOther = code !== task && code[kTask] === (code as unknown);
    if (isOther) break;
    seen.add(code);
    // Under `Promise.all()` there are several: one shows where it stands.
    const wait = code[kWaits]().find((reaction) => reaction[kIsWait]);
    if (typeof wait?.[kResume] === 'function') found.push(wait[kResume] as Resume);
    code = wait === undefined ? code[kAwaited] : wait[kAwaited];
  }
  return found.reverse();
}
