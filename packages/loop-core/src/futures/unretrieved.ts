import type { Context } from '@bight/contextvars';
import type { ExceptionContext } from '@bight/loop-abstract';

/** What is kept of a failed future whose exception nobody has looked at: enough to report it, not the future itself. */
export interface Unretrieved {
  readonly loop: ReportingLoop;
  readonly report: ExceptionContext;
  readonly context: Context | null;
}

/** A loop that remembers what was not retrieved, so that it can say so when it closes. */
interface ReportingLoop {
  callExceptionHandler(context: ExceptionContext): void;
  readonly _unretrieved?: Set<Unretrieved>;
}

/** A future as this file sees it. */
interface FailedFuture {
  readonly _loop: ReportingLoop;
  readonly _value: unknown;
  readonly _sourceTraceback: string | undefined;
  /** `Task` or `Future`, for the message. */
  readonly _kind: string;
  getContext?(): Context;
  /** A finished future with the same exception, for the handler to look at: the original is gone by then. */
  _likeness(): object;
}

const collected = new FinalizationRegistry<Unretrieved>((record) => reportUnretrieved(record));

// Few futures fail, and fewer are not looked at: a field would be paid for by all.
const records = new WeakMap<FailedFuture, Unretrieved>();

/**
 * Starts to watch a failed future. CPython reports when the last reference goes; here the garbage collector says so,
 * sooner or later, and the loop reports what is left when it closes.
 *
 * @internal
 */
export function noteUnretrieved(future: FailedFuture): void {
  const loop = future._loop;
  const report: ExceptionContext = {
    message: `${future._kind} exception was never retrieved`,
    exception: future._value as Error,
    future: future._likeness() as never,
  };
  if (future._sourceTraceback !== undefined) report.sourceTraceback = future._sourceTraceback;
  const record: Unretrieved = { loop, report, context: future.getContext?.() ?? null };
  loop._unretrieved?.add(record);
  records.set(future, record);
  collected.register(future, record, record);
}

/** Stops watching: somebody has looked. @internal */
export function forgetUnretrieved(future: FailedFuture): void {
  const record = records.get(future);
  if (record === undefined) return;
  records.delete(future);
  forgetRecord(record);
}

function forgetRecord(record: Unretrieved): void {
  record.loop._unretrieved?.delete(record);
  collected.unregister(record);
}

/** Reports an exception that nobody retrieved, once. @internal */
export function reportUnretrieved(record: Unretrieved): void {
  forgetRecord(record);
  if (record.context === null) record.loop.callExceptionHandler(record.report);
  else record.context.copy().run(() => record.loop.callExceptionHandler(record.report));
}
