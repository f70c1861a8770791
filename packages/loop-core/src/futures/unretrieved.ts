import type { Context } from '@bight/contextvars';
import type { ExceptionContext } from '@bight/loop-abstract';
import { setTimeout } from '../hosts/platform.js';
import { kKind, kLoop, kReplica, kSourceTraceback, kUnretrieved, kValue } from '../internals.js';

/** What is kept of a failed future whose exception was not retrieved: enough to report it, not the future itself. */
export interface Unretrieved {
  /** @internal */
  readonly loop: ReportingLoop;
  /** What the exception handler will be given. */
  readonly report: ExceptionContext;
  /** The context of the task that failed; `null` for a future. */
  readonly context: Context | null;
}

/** A loop that remembers what was not retrieved, so that it can report it when it closes. */
interface ReportingLoop {
  callExceptionHandler(context: ExceptionContext): void;
  readonly [kUnretrieved]?: Set<Unretrieved>;
}

/**
 * The exceptions of a loop's futures that no code has retrieved yet, as they will be reported when the loop closes; a
 * live view.
 */
export function unretrievedOf(loop: object): ReadonlySet<Unretrieved> {
  return (loop as ReportingLoop)[kUnretrieved] ?? new Set();
}

/** A future as this file sees it. */
interface FailedFuture {
  readonly [kLoop]: ReportingLoop;
  readonly [kValue]: unknown;
  readonly [kSourceTraceback]: string | undefined;
  /** `Task` or `Future`, for the message. */
  readonly [kKind]: string;
  getContext?(): Context;
  /** A finished future with the same exception, for the handler: the original is gone by then. */
  [kReplica](): object;
}

const collected = new FinalizationRegistry<Unretrieved>((record) => reportUnretrieved(record));

// Few futures fail, and fewer stay unretrieved: a field would cost every future memory.
const records = new WeakMap<FailedFuture, Unretrieved>();

// Failures whose errors may still hold their tasks.
const fresh = new Set<Unretrieved>();
let isDetachAhead = false;

/**
 * Until its `stack` is read, an error holds the frames of the stack: `this` in them is the task that has failed, or
 * what the task waited for. With its error in a record the task would never be collected. Formatting costs as much as
 * making the error, and nearly every failure is retrieved soon: what is left after a turn of the platform is formatted.
 */
function detachSoon(record: Unretrieved): void {
  fresh.add(record);
  if (isDetachAhead) return;
  isDetachAhead = true;
  const timer: { unref?(): unknown } = setTimeout(detachAll, 0) as never;
  timer.unref?.();
}

function detachAll(): void {
  isDetachAhead = false;
  const seen = new Set<unknown>();
  for (const { report } of fresh) detach(report.exception, seen);
  fresh.clear();
}

function detach(error: unknown, seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  try {
    void error.stack;
    detach(error.cause, seen);
    if (error instanceof AggregateError) for (const each of error.errors) detach(each, seen);
  } catch {
    // A stack that a program computes: what it throws is not ours to report.
  }
}

/**
 * Starts to watch a failed future. CPython reports when the last reference goes; here a finalizer reports, sooner or
 * later, and the loop reports what is left when it closes.
 *
 * @internal
 */
export function noteUnretrieved(future: FailedFuture): void {
  const loop = future[kLoop];
  const report: ExceptionContext = {
    message: `${future[kKind]} exception was never retrieved`,
    exception: future[kValue] as Error,
    future: future[kReplica]() as never,
  };
  if (future[kSourceTraceback] !== undefined) report.sourceTraceback = future[kSourceTraceback];
  const record: Unretrieved = { loop, report, context: future.getContext?.() ?? null };
  loop[kUnretrieved]?.add(record);
  records.set(future, record);
  collected.register(future, record, record);
  detachSoon(record);
}

/** Stops watching: the exception was retrieved. @internal */
export function forgetUnretrieved(future: FailedFuture): void {
  const record = records.get(future);
  if (record === undefined) return;
  records.delete(future);
  forgetRecord(record);
}

function forgetRecord(record: Unretrieved): void {
  record.loop[kUnretrieved]?.delete(record);
  fresh.delete(record);
  collected.unregister(record);
}

/** Reports the exception of a future now, if it has one that was not retrieved. @internal */
export function reportIfUnretrieved(future: FailedFuture): void {
  const record = records.get(future);
  if (record === undefined) return;
  records.delete(future);
  reportUnretrieved(record);
}

/** Reports an exception that was not retrieved, once. @internal */
export function reportUnretrieved(record: Unretrieved): void {
  forgetRecord(record);
  if (record.context === null) record.loop.callExceptionHandler(record.report);
  else record.context.copy().run(() => record.loop.callExceptionHandler(record.report));
}
