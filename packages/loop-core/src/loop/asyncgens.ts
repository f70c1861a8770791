import type { AbstractEventLoop } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { gather } from '../combinators/gather.js';
import type { Future } from '../futures/future.js';
import { coroutine } from '../tasks/coroutine.js';

type Asyncgen = AsyncGenerator<unknown, unknown, unknown>;

/**
 * Removes each collected async generator from the set of its loop. One registry for all loops, which lives as long as
 * the module: before version 14.2 V8 runs no finalizer of any registry any more, once a registry has been collected
 * that had some to run.
 */
const collected = new FinalizationRegistry<() => void>((forget) => forget());

/**
 * The async generators that a loop has adopted. They are held weakly: one without a reference can be iterated no more,
 * and need not be closed either.
 *
 * @internal
 */
export class AsyncgenTracker {
  readonly #loop: AbstractEventLoop;
  readonly #open = new Set<WeakRef<Asyncgen>>();
  #wasShutDown = false;

  constructor(loop: AbstractEventLoop) {
    this.#loop = loop;
  }

  track<G extends Asyncgen>(asyncgen: G): G {
    if (typeof (asyncgen as Partial<G> | null)?.return !== 'function') {
      throw typeError('asyncgen', 'an async generator', asyncgen);
    }
    if (this.#wasShutDown) {
      globalThis.process?.emitWarning?.(
        `asynchronous generator ${String(asyncgen)} was scheduled after loop.shutdownAsyncgens() call`,
        { type: 'ResourceWarning', code: 'BIGHT_ASYNCGEN_AFTER_SHUTDOWN' },
      );
    }
    const ref = new WeakRef<Asyncgen>(asyncgen);
    this.#open.add(ref);
    collected.register(asyncgen, forgetting(this.#open, ref));
    return asyncgen;
  }

  shutdown(): Future<void> {
    this.#wasShutDown = true;
    const asyncgens = [...this.#open].map((ref) => ref.deref()).filter((asyncgen) => asyncgen !== undefined);
    this.#open.clear();
    return coroutine<void>(this.#loop, () => this.#close(asyncgens));
  }

  *#close(asyncgens: Asyncgen[]): Generator<unknown, void, unknown> {
    if (asyncgens.length === 0) return;
    const closing = asyncgens.map((asyncgen) => async () => {
      await asyncgen.return(undefined);
    });
    const results = (yield* gather(closing, {
      returnExceptions: true,
      loop: this.#loop,
    })) as unknown[];
    results.forEach((result, i) => {
      if (!(result instanceof Error)) return;
      this.#loop.callExceptionHandler({
        message: `an error occurred during closing of asynchronous generator ${String(asyncgens[i])}`,
        exception: result,
        asyncgen: asyncgens[i],
      });
    });
  }
}

/** The function keeps the set and not the loop, which may be collected before the async generator. */
function forgetting(open: Set<WeakRef<Asyncgen>>, ref: WeakRef<Asyncgen>): () => void {
  return () => {
    open.delete(ref);
  };
}
