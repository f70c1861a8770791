import { type Budget, type CoreEventLoop, DefaultEventLoopPolicy } from '@bight/loop-core';
import { type LoopName, makeLoop } from './loops.js';
import { describeContext, type Trace } from './trace.js';

/** How the loops of a run are made. */
export interface LoopOptions {
  loop: LoopName;
  budget?: Partial<Budget> | undefined;
}

// Depends on when the garbage collector runs, which the two languages do differently.
const collectorReports = /never retrieved$|was destroyed but it is pending!$/;

/**
 * Makes loops whose last-resort exception handler writes to the trace instead of the console, and closes those that a
 * scenario left open.
 */
export class TracedPolicy extends DefaultEventLoopPolicy {
  readonly #trace: Trace;
  readonly #options: LoopOptions;
  readonly #made: CoreEventLoop[] = [];

  constructor(trace: Trace, options: LoopOptions) {
    super();
    this.#trace = trace;
    this.#options = options;
  }

  override newEventLoop(): CoreEventLoop {
    const loop = makeLoop(this.#options.loop, this.#options.budget);
    loop.defaultExceptionHandler = (context) => {
      if (!collectorReports.test(context.message)) this.#trace('reported', ...describeContext(context));
    };
    this.#made.push(loop);
    return loop;
  }

  /** Closes what is still open. */
  closeAll(): void {
    for (const loop of this.#made) if (!loop.isRunning()) loop.close();
  }
}
