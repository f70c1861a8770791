import type { AbstractEventLoop, Coroutine, Protocol, Transport } from '@bight/loop-abstract';
import { BaseProtocol } from '@bight/loop-abstract';
import { coroutine, type Future } from '@bight/loop-core';
import { isTurnSpent, WaitQueue } from '@bight/loop-core/low-level';
import { afterTurn } from '../futures/after-turn.js';
import { completedFuture } from '../futures/completed-future.js';
import { CloseWaiters } from './close-waiters.js';

/** What a {@link StreamWriter} needs of its protocol. */
export interface WriterProtocol {
  /** Waits until the transport takes more. */
  drained(): Future<void>;
  /** Waits until the transport is closed; throws the error with which it was lost. */
  closed(): Future<void>;
}

/**
 * The protocol of a transport that is only written to: with it a {@link StreamWriter} writes to a pipe.
 *
 * @python asyncio.streams.FlowControlMixin
 */
export class FlowControlProtocol extends BaseProtocol implements WriterProtocol {
  readonly #loop: AbstractEventLoop;
  readonly #closeWaiters: CloseWaiters;
  readonly #drainWaiters = new WaitQueue();
  #isPaused = false;
  #isLost = false;
  // What `drain()` returns nearly always, for every message: the same one each time.
  #nothingToWaitFor: Future<void> | null = null;

  constructor(loop: AbstractEventLoop) {
    super();
    this.#loop = loop;
    this.#closeWaiters = new CloseWaiters(loop);
  }

  override pauseWriting(): void {
    this.#isPaused = true;
  }

  override resumeWriting(): void {
    this.#isPaused = false;
    this.#drainWaiters.wakeAll();
  }

  override connectionLost(exception: Error | null): void {
    this.#isLost = true;
    this.#closeWaiters.close(exception);
    if (!this.#isPaused) return;
    if (exception === null) this.#drainWaiters.wakeAll();
    else this.#drainWaiters.failAll(exception);
  }

  drained(): Future<void> {
    if (!this.#isLost && !this.#isPaused) {
      if (isTurnSpent()) return afterTurn(this.#loop, this.drained, this, undefined);
      this.#nothingToWaitFor ??= completedFuture(this.#loop, undefined);
      return this.#nothingToWaitFor;
    }
    return coroutine(this.#loop, this.#drained());
  }

  closed(): Future<void> {
    return this.#closeWaiters.wait();
  }

  *#drained(): Coroutine<void> {
    if (this.#isLost) throw connectionLostError();
    yield* this.#drainWaiters.wait(this.#loop, undefined);
  }
}

/** The error of writing to a connection that is gone, in the form that Node's own have. */
function connectionLostError(): NodeJS.ErrnoException {
  return Object.assign(new Error('Connection lost'), { code: 'ECONNRESET', syscall: 'write' });
}

/** A protocol of streams whose connection can be upgraded to TLS. */
export interface UpgradableProtocol extends Pick<Protocol, 'dataReceived' | 'connectionLost'> {
  /** Whether this is the serving side of its connection. */
  readonly isServerSide: boolean;
  /** Sets the transport above the old one. */
  replaceTransport(transport: Transport): void;
}

/** Whether a writer's protocol is that of a connection. */
export function isUpgradable(protocol: WriterProtocol): protocol is WriterProtocol & UpgradableProtocol {
  return typeof (protocol as Partial<UpgradableProtocol>).replaceTransport === 'function';
}
