import type { Awaited } from '../futures/await-seams.js';
import { kIsAwaiter, kRun } from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import type { CancelBlock } from './cancel-block.js';

/** One cancel on its way down: what the tasks, blocks and coroutines that it passes have in common. @internal */
export class Delivery {
  /**
   * The scope that is cancelled; `null` for `task.cancel()` and what counts like it. Shields keep out the former only.
   */
  readonly scope: CancelBlock | null;
  /** In which drain an AbortSignal has carried this into foreign code. */
  drain = -1;

  constructor(scope: CancelBlock | null) {
    this.scope = scope;
  }
}

/** The cancel that is being delivered now. */
const under: { way: Delivery | null } = { way: null };

/** The cancel that is being delivered now, or a new one. @internal */
export function currentDelivery(): Delivery {
  return under.way ?? new Delivery(null);
}

/** The scope whose cancel is being delivered now. @internal */
export function scopeUnderWay(): CancelBlock | null {
  return under.way === null ? null : under.way.scope;
}

/** Calls a function that delivers a cancel. @internal */
export function deliver<R>(delivery: Delivery, how: () => R): R {
  const outer = under.way;
  under.way = delivery;
  try {
    return how();
  } finally {
    under.way = outer;
  }
}

/**
 * A cancel that code was asked to meet and has not met, as far as can be seen.
 *
 * It is sent to what the code waits for. JavaScript does not show whether the code still cares for that (it may have
 * lost a race), so the cancel stays pending until an error comes out of a wait and the code moves in the same drain of
 * the microtasks: it begins another wait, or ends. If nothing moves, the next wait throws.
 *
 * @internal
 */
export class PendingCancel {
  message: string | undefined;
  /** Whether the whole was asked to end, and not only a block inside of it. */
  isAsked = false;
  /** Whether it was requested by a cancel that `task.cancelling()` counts, rather than only by that of a scope. */
  isAskedByTask = false;
  /** The blocks inside of this code that are being cancelled. */
  readonly blocks = new Set<CancelBlock>();
  delivery: Delivery;
  readonly #sent = new Set<Awaited>();
  #drain = -1;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
  }

  /** Whether a cancel that `task.cancelling()` counts is among what is pending, rather than only those of scopes. */
  get isCounted(): boolean {
    if (this.isAskedByTask) return true;
    for (const { cancels } of this.blocks) if (cancels > 0) return true;
    return false;
  }

  /** One more cancel: code that is about to meet the one before has still to meet this. */
  renew(delivery: Delivery, message: string | undefined): void {
    this.#drain = -1;
    // A shield keeps out the cancel of a scope, and not that of the task which is on its way still.
    if (delivery.scope !== null && this.isCounted) return;
    this.message = message;
    this.delivery = delivery;
  }

  /**
   * Some of what is pending was taken back, or is over: shields keep out what is left, if that is the cancel of a
   * scope.
   */
  withdrawn(): void {
    const [block] = this.blocks;
    if (this.delivery.scope === null && block !== undefined && !this.isCounted)
      this.delivery = new Delivery(block);
  }

  /** Notes whether a wait has taken the cancel: its outcome is then the outcome of the cancel. */
  note(awaited: Awaited, isSent: boolean): void {
    if (isSent) this.#sent.add(awaited);
    else this.#sent.delete(awaited);
  }

  wasSentTo(awaited: Awaited): boolean {
    return this.#sent.has(awaited);
  }

  /** The outcome of a wait that has taken the cancel reaches the code now, and in the microtasks that follow. */
  open(loop: FutureLoop): void {
    this.#drain = turn.drain;
    endDrain(loop);
  }

  /** Whether code that moves now does so because the cancel has reached it. */
  get isArriving(): boolean {
    return this.#drain === turn.drain || this.delivery.drain === turn.drain;
  }
}

let ending = -1;

/** Makes the loop notice the end of this drain, also when it has nothing else to do. @internal */
export function endDrain(loop: FutureLoop): void {
  turn.resumed = true;
  if (ending === turn.drain || (loop as { isClosed?(): boolean }).isClosed?.() === true) return;
  ending = turn.drain;
  enqueue(loop, drainEnd);
}

const drainEnd: Runnable = {
  [kIsAwaiter]: false,
  [kRun](): void {
    turn.drain++;
  },
};

const resolved = Promise.resolve();

/**
 * Notes that an AbortSignal is about to carry the cancel into foreign code, which may go on in this drain.
 *
 * What is in the queue of microtasks by now is not on account of the signal: waits that have begun, which the engine
 * registers there, and code that another promise resumes, whose next wait is registered one microtask later. Those have
 * still to meet the cancel.
 *
 * @internal
 */
export function noteForeignDelivery(loop: FutureLoop): void {
  const delivery = under.way;
  const { drain } = turn;
  if (delivery !== null)
    void resolved.then(doNothing).then(() => {
      delivery.drain = drain;
    });
  endDrain(loop);
}

function doNothing(): void {}
