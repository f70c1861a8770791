import type { EventHandle } from '@bight/loop-core/low-level';
import { EVENT_READ, EVENT_WRITE, type Socket } from '@bight/sockets';
import {
  type DescriptorListener,
  type EngineHandler,
  type EventEngine,
  listenForLoss,
  MODE_READY,
} from '@bight/sockets/low-level';
import { OperationQueue } from './operation-queue.js';

/**
 * One direction of a descriptor: the callback that is to be called when it is ready, and the calls that wait for it.
 */
export class Direction {
  readonly event: number;
  handle: EventHandle | null = null;
  readonly operations = new OperationQueue();

  constructor(event: number) {
    this.event = event;
  }

  get isIdle(): boolean {
    return this.handle === null && this.operations.isEmpty;
  }
}

/**
 * A descriptor that a loop watches for its readers and writers, and for the `sock…` methods.
 *
 * Of a `Socket` that waits again and again, the registration stays between the calls, and goes with the socket: adding
 * and removing it would be two system calls for each message. A stale registration is removed on its first unwanted
 * event.
 */
export class Watch implements EngineHandler, DescriptorListener {
  readonly input = new Direction(EVENT_READ);
  readonly output = new Direction(EVENT_WRITE);
  readonly #engine: EventEngine;
  readonly #fd: number;
  #slot: number;
  #interest: number;
  #socket: Socket | null = null;

  /** @throws the system's error for what cannot be watched (`'EPERM'`: a regular file) */
  constructor(engine: EventEngine, fd: number, event: number) {
    this.#engine = engine;
    this.#fd = fd;
    this.#interest = event;
    this.#slot = engine.watch(fd, MODE_READY, event, this);
  }

  /** The socket with which the registration ends; `null` when it ends with its last use. */
  get socket(): Socket | null {
    return this.#socket;
  }

  /** Lets the registration last as long as the socket. */
  bind(socket: Socket): void {
    this.#socket = socket;
    listenForLoss(socket, this);
  }

  /** Watches for an event, too. */
  want(event: number): void {
    if ((this.#interest & event) !== 0) return;
    this.#engine.setInterest(this.#slot, this.#interest | event);
    this.#interest |= event;
  }

  /** Registers the descriptor anew: its number may belong to another file, and earlier reports are stale. */
  renew(event: number): void {
    const old = this.#slot;
    this.#slot = this.#engine.watch(this.#fd, MODE_READY, this.#interest | event, this);
    this.#interest |= event;
    this.#engine.release(old);
  }

  /** Watches no longer for what no call waits for. */
  settle({ event, isIdle }: Direction): void {
    if (!isIdle || this.#slot < 0) return;
    if (this.#socket === null && this.input.isIdle && this.output.isIdle) this.#release();
    else if ((this.#interest & event) !== 0) {
      this.#interest &= ~event;
      this.#engine.setInterest(this.#slot, this.#interest);
    }
  }

  /** The engine says that the descriptor is ready, for one of the two. */
  ready(event: number): void {
    const direction = event === EVENT_READ ? this.input : this.output;
    const isWanted = !direction.isIdle;
    direction.handle?.run();
    direction.operations.run();
    // There is nearly always room to write: the next event would come at once.
    if (!isWanted || event === EVENT_WRITE) this.settle(direction);
  }

  /**
   * The socket is being closed, or given away: the calls that wait for it fail when they are made again. Those of a
   * closed loop wait for ever, as everything else in it.
   */
  descriptorLost(): void {
    for (const { handle } of [this.input, this.output]) handle?.cancel();
    this.input.handle = this.output.handle = null;
    if (this.#slot >= 0) this.#release();
    if (this.#engine.isClosed) return;
    this.input.operations.run();
    this.output.operations.run();
  }

  #release(): void {
    const slot = this.#slot;
    this.#slot = -1;
    this.#interest = 0;
    this.#engine.release(slot);
  }
}
