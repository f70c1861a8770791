import type { AbstractFuture, AbstractServer, SchedulingLoop } from '@bight/loop-abstract';
import { coroutine, Future, type FutureLoop } from '@bight/loop-core';

/**
 * Ends the connections of a server that accepts no more of them: those that are left after `graceSeconds` are closed
 * (what they have buffered is still sent), and those that are left after as long again are aborted.
 */
export function closeGracefully(
  server: AbstractServer,
  loop: FutureLoop & SchedulingLoop,
  graceSeconds: number,
): AbstractFuture<void> {
  return coroutine(loop, function* () {
    const ended = server.waitClosed();
    for (const end of [() => server.closeClients(), () => server.abortClients()]) {
      if (!(yield* endsWithin(ended, loop, graceSeconds))) end();
    }
    yield* ended;
  });
}

/** Whether a future is done before the time is over. Cancelling the wait cancels nothing else. */
function* endsWithin(
  future: AbstractFuture<void>,
  loop: FutureLoop & SchedulingLoop,
  seconds: number,
): Generator<unknown, boolean, unknown> {
  if (future.done()) return true;
  const over = new Future<undefined>({ loop });
  const finish = (): void => {
    if (!over.done()) over.setResult(undefined);
  };
  const timer = loop.callLater(seconds, finish);
  future.addDoneCallback(finish);
  try {
    yield* over;
  } finally {
    timer.cancel();
    future.removeDoneCallback(finish);
  }
  return future.done();
}
