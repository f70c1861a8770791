import { Future, type FutureLoop } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import { kNext, kPrevious, kQueue, kRun } from '../../internals.js';
import type { OperationQueue } from '../operation-queue.js';

/**
 * A `sock…` method under way: its future, and what it waits for, in one object. The call is made at once; if it would
 * have to wait, it is made again whenever the socket is ready.
 */
export abstract class SocketOperation<T> extends Future<T> {
  readonly socket: Socket;
  /** In the queue, while it waits. */
  [kNext]: SocketOperation<unknown> | null = null;
  [kPrevious]: SocketOperation<unknown> | null = null;
  [kQueue]: OperationQueue | null = null;

  constructor(loop: FutureLoop, socket: Socket) {
    super({ loop });
    this.socket = socket;
  }

  /** Makes the call, and sets the result. @returns `false` when it has to wait @throws what the call fails with */
  protected abstract attempt(): boolean;

  /** Makes the call. @returns whether the operation is over */
  [kRun](): boolean {
    if (this.done()) return true;
    try {
      return this.attempt();
    } catch (error) {
      this.setException(error);
      return true;
    }
  }

  /** Cancels the operation, which has taken nothing by then. The same call can be made again at once. */
  override cancel(message?: string | null): boolean {
    if (!super.cancel(message)) return false;
    this[kQueue]?.remove(this);
    return true;
  }
}
