import { enterRunContext, hasAsyncContext, type RunContext } from '@bight/contextvars/low-level';
import { queueMicrotask } from '../hosts/platform.js';

/*
 * Browsers of today carry nothing over `await`: what follows one would not know its loop and its task. But the loop
 * causes those microtasks, and waits for them, so it can say whose they are: a microtask that comes right before enters
 * the run context, and it stays until the loop goes on, or the platform does something else. Code that awaits a foreign
 * promise is resumed by the platform, outside of any loop: `wrapFuture()` makes such a promise one of the loop's.
 */

/** Whether the loop has to say in which run context code is resumed. @internal */
export const resumesByHand = !hasAsyncContext;

const runs = new WeakMap<object, RunContext>();
let channel: InstanceType<typeof MessageChannel> | null = null;
let isLeaving = false;

/** Remembers in which run context an `await` was written. @internal */
export function rememberRun(reaction: object, run: RunContext | undefined): void {
  if (run !== undefined) runs.set(reaction, run);
}

/** Runs the microtasks that are queued next where an `await` was written. @internal */
export function resumeReaction(reaction: object): void {
  const run = runs.get(reaction);
  if (run !== undefined) resumeIn(run);
}

/** Runs the microtasks that are queued next in a run context. @internal */
export function resumeIn(run: RunContext | undefined): void {
  queueMicrotask(() => enterRunContext(run));
  if (isLeaving) return;
  isLeaving = true;
  channel ??= leavingChannel();
  channel.port2.postMessage(0);
}

/** Nothing of the loop's runs any more, or something else of it does. @internal */
export function leaveRun(): void {
  enterRunContext(undefined);
}

/** Before the platform's next event: an event handler belongs to no task. */
function leavingChannel(): InstanceType<typeof MessageChannel> {
  const made = new MessageChannel();
  const port = made.port1 as unknown as { onmessage: () => void; unref?(): void };
  port.onmessage = () => {
    isLeaving = false;
    leaveRun();
  };
  port.unref?.();
  return made;
}
