import { currentRunContext, type RunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import type { AwaitingSide } from '../futures/await-seams.js';
import type { FutureLoop } from '../futures/future.js';
import { FINISHED } from '../futures/state.js';
import {
  kBlock,
  kBody,
  kCancelFrom,
  kEndWith,
  kExit,
  kFailed,
  kFailWith,
  kFinish,
  kPending,
  kReturned,
} from '../internals.js';
import { turn } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';
import type { CancelBlock } from './cancel-block.js';
import { BodyCoroutine, follow, followAny, startInside } from './coroutine.js';
import { awaiterIn } from './current-task.js';
import { scopeUnderWay } from './pending-cancel.js';

/** What a block makes of the error that its code ends with: the error to throw, or that there is none. @internal */
export type BlockFailure = { error: unknown } | null;

/** How a block is left: what has made it knows. @internal */
export interface BlockExit {
  readonly [kBlock]: CancelBlock;
  /** Its code has returned. */
  [kReturned](): void;
  /** Its code has thrown; `null` when that is swallowed, and the block gives `undefined`. */
  [kFailed](error: unknown): BlockFailure;
}

/** The code of a block, and the future of what it returns. */
class BlockRun<T> extends BodyCoroutine<T> {
  readonly [kExit]: BlockExit;

  constructor(loop: FutureLoop, caller: Awaiter<unknown> | null, exit: BlockExit) {
    super(loop, caller);
    this[kExit] = exit;
    const block = exit[kBlock];
    this[kBlock] = block;
    block.enterWhole(this, caller);
  }

  /** A shield keeps out the cancels of the scopes around it; what waits for this block waits on. */
  override [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean {
    if (this[kExit][kBlock].isShield && scopeUnderWay() !== null) return true;
    return super[kCancelFrom](awaiter, message);
  }

  override [kReturned](value: T): void {
    this[kExit][kReturned]();
    this[kEndWith](value);
  }

  override [kFailed](error: unknown): void {
    const failure = this[kExit][kFailed](error);
    if (failure !== null) {
      this[kFailWith](failure.error);
      return;
    }
    this[kBody] = null;
    this[kPending] = null;
    this[kFinish](FINISHED, undefined);
  }
}

/**
 * Runs code in the block of `exit`.
 *
 * @param body - a coroutine function; it gets `exit`
 * @internal
 */
export function runInBlock<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
): BodyCoroutine<T> {
  const current = currentRunContext();
  return begin<T, E>(loop, body, exit, current, awaiterIn(current, loop), startBody);
}

/**
 * The same for code that may be a plain function.
 *
 * @param current - the current one
 * @param caller - what runs now
 * @internal
 */
export function runAnyInBlock<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
  current: RunContext | undefined,
  caller: Awaiter<unknown> | null,
): BodyCoroutine<T> {
  return begin<T, E>(loop, body, exit, current, caller, startAnyBody);
}

function begin<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
  current: RunContext | undefined,
  caller: Awaiter<unknown> | null,
  start: (this: BlockRun<T>, body: (exit: never) => unknown) => void,
): BodyCoroutine<T> {
  const run = new BlockRun<T>(loop, caller, exit);
  if (caller === null || caller[kBody] === null) turn.resumed = true;
  startInside(
    run as BlockRun<never>,
    body,
    current,
    start as (this: BlockRun<never>, body: (exit: E) => unknown) => void,
  );
  return run;
}

function startBody<T>(this: BlockRun<T>, body: (exit: never) => unknown): void {
  let started: unknown;
  try {
    started = body(this[kExit] as never);
  } catch (error) {
    this[kFailed](error);
    return;
  }
  follow(this as BlockRun<never>, started);
}

function startAnyBody<T>(this: BlockRun<T>, body: (exit: never) => unknown): void {
  let started: unknown;
  try {
    started = body(this[kExit] as never);
  } catch (error) {
    this[kFailed](error);
    return;
  }
  followAny(this as BlockRun<never>, started);
}
