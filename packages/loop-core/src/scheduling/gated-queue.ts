import type { Context } from '@bight/contextvars';
import { kDispatcher, kIsAwaiter, kOwner, kRun } from '../internals.js';
import { ReadyQueue } from './ready-queue.js';
import type { Runnable } from './runnable.js';

/** A turn that waits in a loop, with the context of its code. */
export interface QueuedTurn {
  /** The context of the code that will run; `null` where that is not known. */
  readonly context: Context | null;
  /** Queues it again: for what was kept back. */
  enqueue(): void;
}

/** Decides whether something may have its turn. */
export type Gate = (turn: QueuedTurn) => boolean;

/** Knows the context of its code, or refers to what knows it. */
interface Owned {
  getContext?(): Context | null;
  readonly [kOwner]?: object | null;
}

const NOTHING: Runnable = { [kRun]() {}, [kIsAwaiter]: false };

/** A ready queue that keeps out what may not run. */
class GatedQueue extends ReadyQueue {
  readonly #gate: Gate;

  constructor(gate: Gate) {
    super();
    this.#gate = gate;
  }

  override push(runnable: Runnable): void {
    if (this.#admits(runnable)) super.push(runnable);
  }

  /**
   * Takes out what may not run any more. What the current iteration counts stays in its place, as a turn in which
   * nothing runs.
   */
  sweep(): void {
    this.replace((runnable) => (runnable === NOTHING || this.#admits(runnable) ? runnable : NOTHING));
  }

  #admits(runnable: Runnable): boolean {
    return this.#gate(new Turn(this, runnable));
  }
}

class Turn implements QueuedTurn {
  readonly #queue: ReadyQueue;
  readonly #runnable: Runnable;

  constructor(queue: ReadyQueue, runnable: Runnable) {
    this.#queue = queue;
    this.#runnable = runnable;
  }

  get context(): Context | null {
    return contextOf(this.#runnable);
  }

  enqueue(): void {
    this.#queue.push(this.#runnable);
  }
}

function contextOf(runnable: Runnable): Context | null {
  // A coroutine belongs to its task, an await to the code that waits, a wait to what waits for it.
  for (let owned = runnable as Owned | null | undefined; owned; owned = owned[kOwner] as Owned | null) {
    const context = owned.getContext?.();
    if (context) return context;
  }
  return null;
}

/**
 * For tests: a gate decides what may run in a loop, each time that something gets ready. The loop must not have been
 * used yet.
 *
 * @param loop - a loop that is made on `CoreEventLoop`
 * @param gate - whether a turn may be taken; what it refuses never runs, unless the gate has kept it and queues it
 *   later
 * @returns a function after whose call the gate has decided again about everything that is ready
 */
export function gateLoop(loop: object, gate: Gate): () => void {
  const queue = new GatedQueue(gate);
  (loop as { [kDispatcher]: { ready: ReadyQueue } })[kDispatcher].ready = queue;
  return () => queue.sweep();
}
