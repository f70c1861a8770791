import { currentRunContext, type RunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { getEventLoopPolicy } from './policy.js';

/** The loop whose callback, or whose coroutine, runs now; `null` when there is none. @internal */
export function runningLoop(): AbstractEventLoop | null {
  return runningLoopIn(currentRunContext());
}

function runningLoopIn(current: RunContext | undefined): AbstractEventLoop | null {
  const loop = current?.loop as AbstractEventLoop | null | undefined;
  return loop?.isRunning() ? loop : null;
}

/**
 * The loop that runs the current callback or coroutine; right inside every continuation of it, too.
 *
 * @throws {RuntimeError} when there is none
 * @python asyncio.get_running_loop()
 */
export function getRunningLoop(): AbstractEventLoop {
  return getRunningLoopIn(currentRunContext());
}

/** {@link getRunningLoop}, where the current run context is known. @internal */
export function getRunningLoopIn(current: RunContext | undefined): AbstractEventLoop {
  const loop = runningLoopIn(current);
  if (loop === null) throw new RuntimeError('no running event loop');
  return loop;
}

/**
 * The running loop, or else the current one by the policy.
 *
 * @throws {RuntimeError} when the policy has none
 * @python asyncio.get_event_loop()
 */
export function getEventLoop(): AbstractEventLoop {
  return runningLoop() ?? getEventLoopPolicy().getEventLoop();
}

/**
 * Sets the current loop of this thread, or none.
 *
 * @python asyncio.set_event_loop()
 */
export function setEventLoop(loop: AbstractEventLoop | null | undefined): void {
  getEventLoopPolicy().setEventLoop(loop ?? null);
}

/**
 * Makes a new loop by the policy.
 *
 * @python asyncio.new_event_loop()
 */
export function newEventLoop(): AbstractEventLoop {
  return getEventLoopPolicy().newEventLoop();
}
