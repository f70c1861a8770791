import {
  captureOthers,
  contextIn,
  currentRunContext,
  type RunContext,
  runContextFor,
  runIn,
} from '@bight/contextvars/low-level';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import { inDebugMode } from '../debugging/debug-mode.js';
import type { AwaitingSide } from '../futures/await-seams.js';
import { Future } from '../futures/future.js';
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
  kLoop,
  kPending,
  kReturned,
  kState,
  kTask,
  kValue,
} from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { resumesByHand } from '../scheduling/resumption.js';
import { turn } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';
import type { CancelBlock } from './cancel-block.js';
import { BodyCoroutine, follow, followAny, startInside } from './coroutine.js';
import { isCoroutineFunction } from './coroutine-kinds.js';
import { awaiterIn } from './current-task.js';
import { scopeUnderWay } from './pending-cancel.js';

/** The outcome of a block whose code ended with an error: the error to throw; `null` for none. @internal */
export type BlockFailure = { error: unknown } | null;

/** How the maker of a block leaves it. @internal */
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
    this[kBlock] = exit[kBlock];
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
  return begin<T>(loop, body as Body, exit, current, awaiterIn(current, loop), startBody);
}

/**
 * The same for code that may be a plain function.
 *
 * @param current - the current run context
 * @param caller - what runs now
 * @internal
 */
export function runAnyInBlock<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
  current: RunContext | undefined,
  caller: Awaiter<unknown> | null,
): Future<T> {
  const isPlain = caller !== null && caller[kTask] !== null && !isCoroutineFunction(body);
  return isPlain && !resumesByHand && !inDebugMode(loop)
    ? beginPlain<T>(loop, body as Body, exit, current, caller)
    : begin<T>(loop, body as Body, exit, current, caller, startAnyBody);
}

/** The code of a block. */
type Body = (exit: BlockExit) => unknown;

function begin<T>(
  loop: AbstractEventLoop,
  body: Body,
  exit: BlockExit,
  current: RunContext | undefined,
  caller: Awaiter<unknown> | null,
  start: (this: BlockRun<never>, body: Body) => void,
): BodyCoroutine<T> {
  const run = new BlockRun<T>(loop, caller, exit);
  exit[kBlock].enterWhole(run as BlockRun<unknown>, caller);
  if (caller === null || caller[kBody] === null) turn.resumed = true;
  startInside(run as BlockRun<never>, body, current, start);
  return run;
}

/**
 * For what a scope runs most often: a plain function that waits for nothing. It gets a coroutine to run it only when
 * something needs the current one, such as a wait, or when it has returned something to wait for. All else is as in
 * {@link begin}.
 */
function beginPlain<T>(
  loop: AbstractEventLoop,
  body: Body,
  exit: BlockExit,
  current: RunContext | undefined,
  caller: Awaiter<unknown>,
): Future<T> {
  const block = exit[kBlock];
  block.enterPlain(caller);
  if (caller[kBody] === null) turn.resumed = true;
  const inside = runContextFor(contextIn(current), loop, block);
  const future = runIn(captureOthers(current), inside, startPlain, exit, body);
  if (block.madeRunner === null) inside.releaseTask();
  else inside.keepTask();
  return future as Future<T>;
}

/** Makes the coroutine of a block that runs without one, on demand. @internal */
export function makeRun(exit: BlockExit): Awaiter<unknown> {
  const task = exit[kBlock].task as Awaiter<unknown>;
  const run = new BlockRun<unknown>(task[kLoop], task, exit);
  exit[kBlock].runner = run;
  return run;
}

function startPlain(this: BlockExit, body: Body): Future<unknown> {
  const block = this[kBlock];
  let started: unknown;
  try {
    started = body(this);
  } catch (error) {
    const run = block.runner as BlockRun<never>;
    run[kFailed](error);
    return run;
  }
  if (block.madeRunner !== null || (typeof started === 'object' && started !== null)) {
    const run = block.runner as BlockRun<never>;
    followAny(run, started);
    return run;
  }
  this[kReturned]();
  block.makesTask = false;
  return finishedWith((block.task as Awaiter<unknown>)[kLoop], started);
}

function finishedWith(loop: FutureLoop, value: unknown): Future<unknown> {
  const future = new Future<unknown>({ loop }, true);
  future[kState] = FINISHED;
  future[kValue] = value;
  return future;
}

function startBody(this: BlockRun<never>, body: Body): void {
  let started: unknown;
  try {
    started = body(this[kExit]);
  } catch (error) {
    this[kFailed](error);
    return;
  }
  follow(this, started);
}

function startAnyBody(this: BlockRun<never>, body: Body): void {
  let started: unknown;
  try {
    started = body(this[kExit]);
  } catch (error) {
    this[kFailed](error);
    return;
  }
  followAny(this, started);
}
