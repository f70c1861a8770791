import type { AbstractEventLoop } from './abstract-event-loop.js';
import type { BaseProtocolLike } from './base-protocol.js';
import type { BaseTransport } from './base-transport.js';
import type { AbstractFuture } from './future.js';
import type { Handle } from './handle.js';
import type { SocketLike } from './socket-like.js';
import type { AbstractTask } from './task.js';

/**
 * What the exception handler gets with an exception that no caller can receive: a plain object, in which every
 * key but `message` may be absent. Further keys may be added.
 *
 * @python loop.call_exception_handler()
 */
export interface ExceptionContext {
  /** What went wrong, in words. */
  message: string;
  /** What was thrown: an `Error`, unless the program threw something else. */
  exception?: Error | undefined;
  /** The failed future whose exception was never retrieved. */
  future?: AbstractFuture<unknown> | undefined;
  /** The task that failed, or that was dropped while it was pending. */
  task?: AbstractTask<unknown> | undefined;
  /** The callback that threw. */
  handle?: Handle | undefined;
  /** The protocol whose method threw. */
  protocol?: BaseProtocolLike | undefined;
  /** The transport that the protocol belongs to. */
  transport?: BaseTransport | undefined;
  /** The socket that failed. */
  socket?: SocketLike | undefined;
  /** The async generator that failed while it was closed. */
  asyncgen?: AsyncGenerator<unknown, unknown, unknown> | undefined;
  /** Further details. */
  [key: string]: unknown;
}

/**
 * Handles the exceptions of a loop, once given to `loop.setExceptionHandler()`. It runs in the context of the task or
 * handle that the exception comes from.
 *
 * @python loop.set_exception_handler()
 */
export type ExceptionHandler = (loop: AbstractEventLoop, context: ExceptionContext) => unknown;
