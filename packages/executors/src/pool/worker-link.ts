import type { Transferable } from 'node:worker_threads';
import type { CallMessage, ReplyMessage } from '../calls/call-message.js';
import type { Claims } from './claims.js';

/** What a pool needs of a thread or a process. */
export interface WorkerLink {
  /** Where calls that are on their way can be taken back; `null` when what was sent is begun. */
  readonly claims: Claims | null;

  /**
   * Sends a call.
   *
   * @throws {DOMException} a `DataCloneError` when the arguments cannot be sent
   */
  send(message: CallMessage, transferList: readonly Transferable[]): void;

  /** Whether the worker keeps this process alive. */
  keepAlive(isWanted: boolean): void;

  /** Ends the worker, after what it is doing. */
  stop(): void;

  /** Ends the worker in the middle of what it is doing. */
  kill(signal?: NodeJS.Signals): void;
}

/** What a link reports to its pool. */
export interface LinkEvents {
  /** The worker has answered. */
  onReply(reply: ReplyMessage): void;
  /** An answer has arrived that cannot be read: that of the oldest call which the worker has begun. */
  onUnreadable(error: unknown): void;
  /** All answers that are there for now have been passed on. */
  onRepliesEnd(): void;
  /** The worker takes no more calls; `onEnd` follows. */
  onLeaving(): void;
  /**
   * The worker has ended.
   *
   * @param how - as a part of a sentence: "exited with code 1 before the call ended"
   * @param cause - the error that ended it
   */
  onEnd(how: string, cause?: unknown): void;
}
