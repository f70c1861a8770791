import type { ExceptionContext } from '@bight/loop-abstract';
import {
  type Budget,
  CoreEventLoop,
  DefaultEventLoopPolicy,
  type Host,
  NodeHost,
  WebHost,
} from '@bight/loop-core';
import { VirtualClock } from '@bight/loop-testing';
import { describeContext, type Trace } from './trace.js';

/** What the loops of a run are made on: Node with virtual time, Node, or what browsers offer. */
const hosts = {
  virtual: () => new VirtualClock(),
  node: () => new NodeHost(),
  web: () => new WebHost(),
} satisfies Record<string, () => Host>;

/** The name of a host. */
export type HostName = keyof typeof hosts;

/** How the loops of a run are made. */
export interface LoopOptions {
  host: HostName;
  budget?: Partial<Budget>;
}

// Depends on when the garbage collector runs, which the two languages do differently.
const collectorReports = /never retrieved$|was destroyed but it is pending!$/;

/** A loop whose last-resort exception handler writes to the trace instead of the console. */
class TracedLoop extends CoreEventLoop {
  readonly #trace: Trace;

  constructor(trace: Trace, { host, budget }: LoopOptions) {
    super({ host: hosts[host](), budget });
    this.#trace = trace;
  }

  override defaultExceptionHandler(context: ExceptionContext): void {
    if (!collectorReports.test(context.message)) this.#trace('reported', ...describeContext(context));
  }
}

/** Makes traced loops, and closes those that a scenario left open. */
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
    const loop = new TracedLoop(this.#trace, this.#options);
    this.#made.push(loop);
    return loop;
  }

  /** Closes what is still open. */
  closeAll(): void {
    for (const loop of this.#made) if (!loop.isRunning()) loop.close();
  }
}
