import type { Context } from '@bight/contextvars';
import type { ExceptionContext } from '@bight/loop-abstract';
import type { CoreEventLoop } from '@bight/loop-core';
import { unretrievedOf } from '@bight/loop-core/low-level';
import { currentHost } from '../network/current-host.js';

/** One thing that went wrong in a run. */
export interface Failure {
  /** What happened. */
  readonly message: string;
  /** The error, if there is one. */
  readonly error: unknown;
  /** When: **seconds** of virtual time. */
  readonly time: number;
  /** The name of the host whose code it was; `null` where that is not known. */
  readonly host: string | null;
}

/** Collects what goes wrong in a loop and reaches no code of the test. */
export class Failures {
  readonly all: Failure[] = [];
  /** Whether the run has failed already: then unfinished tasks are not reported. */
  isLost = false;
  readonly #loop: CoreEventLoop;
  readonly #stamps = new WeakMap<object, Pick<Failure, 'time' | 'host'>>();

  constructor(loop: CoreEventLoop) {
    this.#loop = loop;
    loop.setExceptionHandler((_, report) => this.report(report));
  }

  /** Notes, while the clock stands still, what has failed and was not retrieved so far. */
  stamp(): void {
    const unretrieved = unretrievedOf(this.#loop);
    if (unretrieved.size === 0) return;
    for (const { report, context } of unretrieved) {
      if (!this.#stamps.has(report)) this.#stamps.set(report, this.#where(context));
    }
  }

  /** Takes what an exception handler is given. */
  report(report: ExceptionContext): void {
    const { message, exception } = report;
    if (this.isLost && exception === undefined && report.task !== undefined) return;
    this.add(
      message,
      exception,
      this.#stamps.get(report) ?? this.#where(report.task?.getContext?.() ?? null),
    );
  }

  /** Takes an error of the code that runs now. */
  add(message: string, error: unknown, where: Pick<Failure, 'time' | 'host'> = this.#where(null)): void {
    this.all.push({ message, error, ...where });
  }

  /** All of it as one error; `null` when nothing went wrong. */
  toError(): Error | null {
    const errors = this.all.map(({ message, error }) => new Error(message, { cause: error }));
    if (errors.length < 2) return errors[0] ?? null;
    return new AggregateError(errors, `${errors.length} errors were reported`);
  }

  #where(context: Context | null): Pick<Failure, 'time' | 'host'> {
    const host = context === null ? currentHost.get() : context.get(currentHost, null);
    return { time: this.#loop.time(), host: host?.name ?? null };
  }
}
