import { shareAcrossCopies } from './brand.js';
import { capabilities } from './capabilities.js';
import { inspectAsText } from './inspect-as-text.js';
import type { DebugLoop } from './loops/debug-loop.js';
import type { ErrorHandlingLoop } from './loops/error-handling-loop.js';
import type { ExecutorLoop } from './loops/executor-loop.js';
import type { NetLoop } from './loops/net-loop.js';
import type { PipeLoop } from './loops/pipe-loop.js';
import type { ReadinessLoop } from './loops/readiness-loop.js';
import type { SchedulingLoop } from './loops/scheduling-loop.js';
import type { SignalLoop } from './loops/signal-loop.js';
import type { SocketLoop } from './loops/socket-loop.js';
import type { SubprocessLoop } from './loops/subprocess-loop.js';
import type { TaskLoop } from './loops/task-loop.js';
import type { ThreadsafeLoop } from './loops/threadsafe-loop.js';
import { notImplemented } from './not-implemented.js';

/** An event loop with everything: the sum of the capability interfaces. */
export interface AbstractEventLoop
  extends SchedulingLoop,
    TaskLoop,
    ExecutorLoop,
    NetLoop,
    SocketLoop,
    ReadinessLoop,
    PipeLoop,
    SubprocessLoop,
    SignalLoop,
    ErrorHandlingLoop,
    DebugLoop,
    ThreadsafeLoop {}

/**
 * The base of event loops. A class that extends it overrides what it offers; every other method throws a
 * `NotImplementedError` that names the loop class or package that has it. To TypeScript it is an interface as well, so
 * a class may `implements AbstractEventLoop` instead.
 *
 * The methods are declared, and documented, in the capability interfaces, of which the class is the sum: code that
 * needs only a part of a loop names that part.
 *
 * @python asyncio.AbstractEventLoop
 */
export abstract class AbstractEventLoop {
  static {
    shareAcrossCopies(AbstractEventLoop, 'AbstractEventLoop');
    inspectAsText(AbstractEventLoop);
    for (const { methods, source } of Object.values(capabilities)) {
      for (const method of Object.keys(methods)) installDefault(AbstractEventLoop.prototype, method, source);
    }
  }

  /**
   * In debug mode, callbacks that take longer than this many seconds are reported.
   *
   * @python loop.slow_callback_duration
   */
  slowCallbackDuration = 0.1;
}

function installDefault(prototype: object, method: string, source: string): void {
  Object.defineProperty(prototype, method, {
    configurable: true,
    writable: true,
    value(this: object): never {
      throw notImplemented(this, method, source);
    },
  });
}
