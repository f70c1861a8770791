import type { CancelledError } from '@bight/loop-abstract';
import type { CancellableReaction } from '../futures/await-seams.js';
import { levels } from '../futures/cancelled-scopes.js';
import {
  kBlock,
  kBody,
  kCountCancel,
  kDeliver,
  kDeliverFromScope,
  kDeliverIn,
  kForgetCancelOf,
  kInnermostBlock,
  kIsDue,
  kIsLibrary,
  kMakeRun,
  kPending,
  kRootCancels,
  kSignalled,
  kTask,
  kWaits,
} from '../internals.js';
import type { Awaiter } from './awaiter.js';
import { Delivery, deliver, scopeUnderWay } from './pending-cancel.js';
import type { Task } from './task.js';
import { TaskSignal } from './task-signal.js';

/** What few blocks ever have. */
class Extras {
  lastDelivered: CancelledError | null = null;
  members: Set<Task> | null = null;
  /** What the runner waited for before, in an `await using` block. `null` where the runner is its own. */
  before: ReadonlySet<CancellableReaction> | null = null;
  /**
   * Groups inside: the cancel reaches their children directly, even if the code that waits for them swallows it.
   */
  groups: Set<CancelBlock> | null = null;
  signal: TaskSignal | null = null;
  /** Blocks at or below this one whose signals are in use. */
  signalled: Set<CancelBlock> | null = null;
}

/** A block, as its users see it. */
interface BlockOwner {
  /** Whether it is cancelled; a deadline that has passed cancels it. */
  [kIsDue](): boolean;
  /** Makes the coroutine that runs the code of the block. */
  [kMakeRun](): Awaiter<unknown>;
}

/**
 * A piece of code that can be cancelled apart from the rest of its task: what `timeout()`, `TaskGroup` and
 * `CancelScope` are to the machinery. Blocks make a tree; every wait belongs to the innermost block of its code.
 *
 * @internal
 */
export class CancelBlock {
  parent: CancelBlock | null = null;
  /** The task that entered it. */
  task: Task | null = null;
  /** How many cancels of `task.cancelling()` are this block's. */
  cancels = 0;
  /** Whether its deadline or its owner cancelled it for good: then every wait inside throws. */
  isCancelled = false;
  /** What the CancelledErrors of this scope name as their cause. */
  reason: { cause: unknown } | null = null;
  /** Whether it keeps out the cancels of the scopes around it. */
  isShield = false;
  /** Watches its deadline, and makes what runs its code. */
  owner: BlockOwner | null = null;
  /**
   * When it is cancelled by itself; seconds on the loop's clock. `null` for never: a number would be an object of its
   * own.
   */
  deadline: number | null = null;
  /** The same for a time-out, which counts its cancel like `task.cancel()`: only call graphs read it. */
  endsAt: number | null = null;
  /** Whether it lies in code of the library, which has to clean up undisturbed: scopes around it reach it once. */
  isInLibrary = false;
  #runner: Awaiter<unknown> | null = null;
  /** Whether what runs the code is made on demand: a plain function that does not wait needs none. */
  makesTask = false;
  isEntered = false;
  isLeft = false;
  #extras: Extras | null = null;

  constructor(awaiter: Awaiter<unknown> | null) {
    if (awaiter !== null) this.lieIn(awaiter);
  }

  /** What runs the code: a coroutine of its own, or, in an `await using` block, the code around it. */
  get runner(): Awaiter<unknown> | null {
    if (this.makesTask && this.#runner === null) (this.owner as BlockOwner)[kMakeRun]();
    return this.#runner;
  }

  set runner(runner: Awaiter<unknown> | null) {
    this.#runner = runner;
  }

  /** {@link runner}, if it was made. */
  get madeRunner(): Awaiter<unknown> | null {
    return this.#runner;
  }

  /** {@link runner}, as the task of a run context. */
  get heldTask(): object | null {
    return this.runner;
  }

  set heldTask(_task: null) {
    // The run context forgets this block.
  }

  get #ownExtras(): Extras {
    this.#extras ??= new Extras();
    return this.#extras;
  }

  /** In an `await using` block: the error that carried the last cancel into the code. */
  get lastDelivered(): CancelledError | null {
    return this.#extras === null ? null : this.#extras.lastDelivered;
  }

  set lastDelivered(error: CancelledError) {
    this.#ownExtras.lastDelivered = error;
  }

  /** The children of a group. */
  get members(): Set<Task> | null {
    return this.#extras === null ? null : this.#extras.members;
  }

  set members(members: Set<Task>) {
    this.#ownExtras.members = members;
  }

  /** Notes which code this lies in. */
  lieIn(awaiter: Awaiter<unknown> | null): void {
    this.parent = awaiter === null ? null : awaiter[kInnermostBlock]();
    this.task = awaiter === null ? null : (awaiter[kTask] as Task | null);
    this.isInLibrary = awaiter?.[kIsLibrary] === true;
  }

  /** Whether the block is a part of its runner's code, rather than all of it. */
  get isPart(): boolean {
    return this.#extras !== null && this.#extras.before !== null;
  }

  /** Begins an `await using` block in the code of `awaiter`. */
  enterPart(awaiter: Awaiter<unknown>): void {
    this.lieIn(awaiter);
    this.runner = awaiter;
    this.#ownExtras.before = new Set(awaiter[kWaits]());
    awaiter[kBlock] = this;
    this.#entered();
  }

  /** Begins a block that has a coroutine of its own, called by `caller`. */
  enterWhole(runner: Awaiter<unknown>, caller: Awaiter<unknown> | null): void {
    this.lieIn(caller);
    this.runner = runner;
    this.#entered();
  }

  /** The same for a block whose coroutine is made on demand. */
  enterPlain(caller: Awaiter<unknown>): void {
    this.lieIn(caller);
    this.makesTask = true;
    this.#entered();
  }

  #entered(): void {
    this.isEntered = true;
    if (this.isCancelled) levels.cancelled++;
    if (this.members === null) return;
    for (let block = this.parent; block !== null; block = block.parent) {
      const extras = block.#ownExtras;
      extras.groups ??= new Set();
      extras.groups.add(this);
    }
  }

  leave(): void {
    if (this.isLeft) return;
    this.isLeft = true;
    if (this.isEntered && this.isCancelled) levels.cancelled--;
    const runner = this.#runner;
    if (runner !== null) {
      if (this.isPart && runner[kBlock] === this) runner[kBlock] = this.parent;
      if (runner[kPending] !== null) runner[kForgetCancelOf](this);
    }
    if (this.#extras !== null) this.#leaveBlocksAround(this.#extras);
  }

  #leaveBlocksAround({ members, signal }: Extras): void {
    if (members !== null)
      for (let block = this.parent; block !== null; block = block.parent) block.#extras?.groups?.delete(this);
    if (signal === null) return;
    this.task?.[kSignalled].delete(this);
    for (let block = this as CancelBlock | null; block !== null; block = block.parent)
      block.#extras?.signalled?.delete(this);
  }

  /** Whether a wait that begins now, with this as its innermost block, throws. */
  static isLevelCancelled(innermost: CancelBlock | null): boolean {
    for (let block = innermost; block !== null; block = block.parent) {
      if (block.isLeft) continue;
      if (block.isCancelled) return true;
      if (block.isShield || block.isInLibrary) return false;
    }
    return false;
  }

  /** Gives the CancelledError of a cancelled scope the reason of that scope, the outermost of several, as its cause. */
  static explain(innermost: CancelBlock | null, error: CancelledError): void {
    let reason: { cause: unknown } | null = null;
    for (let block = innermost; block !== null; block = block.parent) {
      if (block.isCancelled && !block.isLeft) reason = block.reason;
      if (block.isShield || block.isInLibrary) break;
    }
    if (reason !== null && !('cause' in error)) {
      Object.defineProperty(error, 'cause', { value: reason.cause, configurable: true, writable: true });
    }
  }

  /**
   * Whether a scope around this one is cancelled that no shield hides; one whose deadline has passed is cancelled now.
   */
  isCancelledFromAround(): boolean {
    if (this.isShield || this.isInLibrary) return false;
    for (let block = this.parent; block !== null; block = block.parent) {
      if (block.isLeft) continue;
      if (block.isCancelled || block.owner?.[kIsDue]() === true) return true;
      if (block.isShield || block.isInLibrary) return false;
    }
    return false;
  }

  /** How many cancels code has been asked to meet. */
  static cancellingOf(awaiter: Awaiter<unknown> | null): number {
    const task = (awaiter?.[kTask] ?? null) as Task | null;
    // Nearly always none.
    if (awaiter === null || task === null || task.cancelling() === 0) return 0;
    return new CancelBlock(awaiter).cancelling();
  }

  /**
   * How many cancels code has met: where one is still on its way to it, a block that begins now does not take that for
   * its own.
   */
  static metBy(awaiter: Awaiter<unknown> | null): number {
    const cancelling = CancelBlock.cancellingOf(awaiter);
    return cancelling > 0 && awaiter !== null && isOwing(awaiter) ? cancelling - 1 : cancelling;
  }

  /** How many cancels of the task this code has been asked to meet, its own included. */
  cancelling(): number {
    const { task } = this;
    if (task === null) return 0;
    let count = task[kRootCancels];
    for (let block = this as CancelBlock | null; block !== null && block.task === task; block = block.parent)
      count += block.cancels;
    return count;
  }

  /** A cancel that counts like `task.cancel()`, of this block only, once. */
  cancelOnce(): void {
    this.cancels++;
    this.task?.[kCountCancel](this, 1);
    deliver(new Delivery(null), () => {
      this.runner?.[kDeliverIn](this, undefined);
      this.abortSignals(undefined);
    });
  }

  /** The cancel of a scope: from now on every wait inside throws. */
  cancelForGood(message: string | undefined): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    if (!this.isEntered || this.isLeft) return;
    levels.cancelled++;
    this.deliverScope(message);
  }

  /** Sends the cancel of this scope, or of one around it, to everything inside. */
  deliverScope(message: string | undefined): void {
    deliver(new Delivery(this), () => {
      this.runner?.[kDeliverIn](this, message);
      this.#deliverToMembers(message);
      for (const group of [...(this.#extras?.groups ?? [])])
        if (group.#isReachedFrom(this)) group.#deliverToMembers(message);
      this.abortSignals(message);
    });
  }

  #deliverToMembers(message: string | undefined): void {
    for (const member of [...(this.members ?? [])]) {
      // A task factory may make tasks of other libraries, which know no scopes.
      if (typeof member[kDeliverFromScope] === 'function') member[kDeliverFromScope](message);
      else (member as Task).cancel(message);
    }
  }

  /** Whether no shield between this and a scope around it keeps that scope's cancel out. */
  #isReachedFrom(scope: CancelBlock): boolean {
    for (let block = this as CancelBlock | null; block !== null && block !== scope; block = block.parent)
      if (!block.isLeft && (block.isShield || block.isInLibrary)) return false;
    return true;
  }

  /** Sends a cancel again that code around this has been asked to meet, and that got lost behind an error. */
  cancelAroundAgain(): void {
    const { task } = this;
    if (task === null) return;
    deliver(new Delivery(null), () => {
      for (let block = this.parent; block !== null && block.task === task; block = block.parent) {
        if (block.cancels === 0) continue;
        block.runner?.[kDeliverIn](block, undefined);
        return;
      }
      if (task[kRootCancels] > 0) task[kDeliver](undefined);
    });
  }

  /** A signal that is aborted when this block is cancelled, or what it lies in. */
  get signal(): TaskSignal {
    const extras = this.#ownExtras;
    if (extras.signal === null) {
      extras.signal = new TaskSignal();
      for (let block = this as CancelBlock | null; block !== null; block = block.parent) {
        const around = block.#ownExtras;
        around.signalled ??= new Set();
        around.signalled.add(this);
      }
      this.task?.[kSignalled].add(this);
      if (this.cancelling() > 0 && this.cancels > 0) extras.signal.abort(undefined, null);
      else if (CancelBlock.isLevelCancelled(this)) extras.signal.abort(undefined, null);
    }
    return extras.signal;
  }

  /** Aborts the signals of this block and of those inside. */
  abortSignals(message: string | undefined): void {
    for (const block of [...(this.#extras?.signalled ?? [])]) block.abortFrom(this, message);
  }

  /** Aborts the signal, on account of a cancel of `origin`, or of the whole task. */
  abortFrom(origin: CancelBlock | null, message: string | undefined): void {
    if (this.isLeft) return;
    if (scopeUnderWay() === null) {
      // A time limit, or a group that fails, cancels its own code; the children of a group get cancels of their own.
      if (origin !== null && origin.task !== this.task) return;
    } else {
      for (let block = this as CancelBlock | null; block !== null && block !== origin; block = block.parent)
        if (block.isShield) return;
    }
    this.#extras?.signal?.abort(message, this.task);
  }

  /** Whether `reaction` began inside of this block; of those that its runner has. */
  covers(reaction: CancellableReaction): boolean {
    const before = this.#extras === null ? null : this.#extras.before;
    return before === null || !before.has(reaction);
  }
}

/** Whether code of a task has still to meet a cancel that counts. */
function isOwing(awaiter: Awaiter<unknown>): boolean {
  if (owes(awaiter) || owes(awaiter[kTask] as Task | null)) return true;
  for (
    let block = awaiter[kInnermostBlock]();
    block !== null && block.task === awaiter[kTask];
    block = block.parent
  )
    if (owes(block.runner)) return true;
  return false;
}

function owes(awaiter: Awaiter<unknown> | null): boolean {
  const pending = awaiter === null ? null : awaiter[kPending];
  return pending?.isCounted === true && !(awaiter?.[kBody] === null && pending.isArriving);
}
