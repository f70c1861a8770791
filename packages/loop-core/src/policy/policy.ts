import type { AbstractEventLoop, EventLoopPolicy } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';

interface WorkerThreads {
  readonly isMainThread: boolean;
}

let isMain: boolean | null = null;

/** Whether this is the main thread of the process. @internal */
export function isMainThread(): boolean {
  // Asked for first, and not when this is loaded: Node's module costs a program that never asks 2 MB.
  isMain ??=
    (globalThis.process?.getBuiltinModule?.('node:worker_threads') as WorkerThreads | undefined)
      ?.isMainThread ?? true;
  return isMain;
}

let defaultLoopFactory: (() => AbstractEventLoop) | null = null;

/**
 * Decides what `newEventLoop()` makes where no policy says otherwise. loop-core sets its `CoreEventLoop`; the umbrella
 * package sets the best loop that it has.
 */
export function setDefaultLoopFactory(factory: () => AbstractEventLoop): void {
  defaultLoopFactory = factory;
}

/**
 * The policy that is in force by default: one current loop per thread, made on demand in the main thread.
 *
 * Subclass it and override {@link newEventLoop} to choose another loop.
 *
 * @python asyncio.DefaultEventLoopPolicy
 */
export class DefaultEventLoopPolicy implements EventLoopPolicy {
  #loop: AbstractEventLoop | null = null;
  #wasSet = false;

  /**
   * The current loop; in the main thread the first call makes one.
   *
   * @throws {RuntimeError} when there is none
   */
  getEventLoop(): AbstractEventLoop {
    if (this.#loop === null && !this.#wasSet && isMainThread()) this.setEventLoop(this.newEventLoop());
    if (this.#loop === null) throw new RuntimeError('There is no current event loop in this thread.');
    return this.#loop;
  }

  /** Sets the current loop, or none. */
  setEventLoop(loop: AbstractEventLoop | null): void {
    if (loop !== null && (typeof loop !== 'object' || typeof loop.callSoon !== 'function')) {
      throw new TypeError(`loop must be an event loop or null, not ${describeValue(loop)}`);
    }
    this.#wasSet = true;
    this.#loop = loop;
  }

  /** Makes a new loop. */
  newEventLoop(): AbstractEventLoop {
    if (defaultLoopFactory === null) throw new RuntimeError('no event loop class is loaded');
    return defaultLoopFactory();
  }
}

let policy: EventLoopPolicy | null = null;

/**
 * The policy in force.
 *
 * @python asyncio.get_event_loop_policy()
 */
export function getEventLoopPolicy(): EventLoopPolicy {
  policy ??= new DefaultEventLoopPolicy();
  return policy;
}

/**
 * Sets the policy; `null` brings the default back.
 *
 * @throws {TypeError} unless it is a policy
 * @python asyncio.set_event_loop_policy()
 */
export function setEventLoopPolicy(next: EventLoopPolicy | null | undefined): void {
  if (
    next !== null &&
    next !== undefined &&
    typeof (next as { newEventLoop?: unknown }).newEventLoop !== 'function'
  ) {
    throw new TypeError(
      `policy must have getEventLoop, setEventLoop and newEventLoop, not ${describeValue(next)}`,
    );
  }
  policy = next ?? null;
}
