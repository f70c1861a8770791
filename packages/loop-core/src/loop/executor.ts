import type { AbstractEventLoop, Executor, ExecutorCallable } from '@bight/loop-abstract';
import { NotImplementedError, RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { wait } from '../combinators/wait.js';
import { noteCall } from '../debugging/executor-calls.js';
import { trackHandle, untrackHandle } from '../debugging/open-handles.js';
import type { Future } from '../futures/future.js';
import { wrapFuture } from '../futures/wrap-future.js';
import { coroutine } from '../tasks/coroutine.js';

let factory: (() => Executor) | null = null;

/** Decides what a loop's default executor is; `bight` sets the thread pool of `@bight/executors`. */
export function setDefaultExecutorFactory(make: (() => Executor) | null): void {
  factory = make;
}

/** The default executor of one loop: made when it is needed first. @internal */
export class DefaultExecutor {
  readonly #loop: AbstractEventLoop;
  #executor: Executor | null = null;
  #wasShutDown = false;

  constructor(loop: AbstractEventLoop) {
    this.#loop = loop;
  }

  set(executor: Executor): void {
    if (executor?.kind !== 'thread' || typeof executor.submit !== 'function') {
      throw new TypeError(`executor must be a ThreadPoolExecutor, not ${describeValue(executor)}`);
    }
    this.#executor = executor;
  }

  run<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args: readonly [...A] | null | undefined,
  ): Future<Awaited<R>> {
    const pool = executor ?? this.#default();
    if (typeof pool.submit !== 'function') {
      throw new TypeError(`executor must be an Executor or null, not ${describeValue(executor)}`);
    }
    const call = pool.submit<A, R>(func, args);
    const future = wrapFuture(call, { loop: this.#loop }) as Future<Awaited<R>>;
    // A call that runs goes on when its future is cancelled.
    noteCall(call, pool);
    trackHandle(this.#loop, 'executor call', call);
    const ended = () => untrackHandle(this.#loop, call);
    call.then(ended, ended);
    return future;
  }

  shutdown(timeoutSeconds: number | null): Future<void> {
    this.#wasShutDown = true;
    return coroutine<void>(this.#loop, () => this.#shutdown(timeoutSeconds));
  }

  close(): void {
    this.#wasShutDown = true;
    const executor = this.#executor;
    this.#executor = null;
    // A loop that closes does not wait; the pool ends what it still does by itself.
    executor?.shutdown({ wait: false }).then(undefined, () => {});
  }

  #default(): Executor {
    if (this.#wasShutDown) throw new RuntimeError('Executor shutdown has been called');
    if (this.#executor === null) {
      if (factory === null) {
        throw new NotImplementedError(
          'there is no default executor: import bight, or pass one of @bight/executors to setDefaultExecutor()',
        );
      }
      this.#executor = factory();
    }
    return this.#executor;
  }

  *#shutdown(timeoutSeconds: number | null): Generator<unknown, void, unknown> {
    const executor = this.#executor;
    if (executor === null) return;
    const joined = wrapFuture(executor.shutdown({ wait: true }), { loop: this.#loop });
    const [done] = yield* wait([joined], { timeout: timeoutSeconds, loop: this.#loop });
    if (done.has(joined)) {
      joined.result();
      return;
    }
    joined.cancel();
    globalThis.process?.emitWarning?.(
      `The executor did not finish joining its threads within ${timeoutSeconds} seconds.`,
      { type: 'RuntimeWarning', code: 'BIGHT_EXECUTOR_TIMEOUT' },
    );
    const ended = executor.terminateWorkers?.() ?? executor.shutdown({ wait: false, cancelFutures: true });
    yield* wrapFuture(ended, { loop: this.#loop });
  }
}
