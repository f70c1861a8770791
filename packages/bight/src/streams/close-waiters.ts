import type { AbstractEventLoop, Coroutine } from '@bight/loop-abstract';
import { coroutine, Future } from '@bight/loop-core';

/**
 * Those who wait for a connection to close. Each has a future of its own, so that cancelling one leaves the others, and
 * whoever asks later, alone.
 */
export interface CloseWaiters {
  close(exception: Error | null): void;
  wait(): Future<void>;
}

/** Nobody waits yet. */
export function closeWaiters(loop: AbstractEventLoop): CloseWaiters {
  const waiters = new Set<Future<void>>();
  let closed = false;
  let failure: Error | null = null;

  function settle(waiter: Future<void>): void {
    if (waiter.done()) return;
    if (failure === null) waiter.setResult();
    else waiter.setException(failure);
  }

  function* wait(): Coroutine<void> {
    const waiter = new Future<void>({ loop });
    waiters.add(waiter);
    try {
      yield* waiter;
    } finally {
      waiters.delete(waiter);
    }
  }

  return {
    close(exception) {
      closed = true;
      failure = exception;
      for (const waiter of waiters) settle(waiter);
    },
    wait() {
      if (!closed) return coroutine(loop, wait);
      const done = new Future<void>({ loop });
      settle(done);
      return done;
    },
  };
}
