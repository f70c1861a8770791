import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine } from '../engine.js';
import { createPlain, type Platform } from '../platform.js';
import type { RunContext } from '../run-context.js';

/** The running resource, as `executionAsyncResource()` gives it: storages have their values in it, under symbols. */
export type Slots = Record<symbol, RunContext | undefined>;

/**
 * Node 20 and 22, whose storages keep their values in the resource that is running, each under a symbol of its own,
 * from where hooks copy them to every new resource. So the current value is one property away; AsyncLocalStorage's own
 * methods find it more slowly, because a process has several storages and their code must serve all.
 *
 * Relies on `AsyncLocalStorage.kResourceStore`, which Node does not document; `hasResourceSlots` proves it. The
 * documented way is `PlainPlatform`.
 */
export class ResourceSlotPlatform implements Platform {
  readonly storage: AsyncLocalStorage<RunContext>;
  readonly isAsynchronous = true;
  readonly create = createPlain;
  readonly current: () => RunContext | undefined;
  readonly #running: () => object;
  readonly engine: Engine;
  /** The symbol of our storage. */
  readonly slot: symbol;
  /** Whether {@link hook} was called. */
  isHooked = false;

  constructor(storage: AsyncLocalStorage<RunContext>, running: () => object, slot: symbol, engine: Engine) {
    this.storage = storage;
    this.#running = running;
    this.slot = slot;
    this.engine = engine;
    this.current = () => (running() as Slots)[slot];
  }

  /** Makes a `RunContext` the current one. */
  write(run: RunContext | undefined): void {
    (this.#running() as Slots)[this.slot] = run;
    if (!this.isHooked) this.hook();
  }

  /** Makes the storage install the hooks that copy its values, as its first run with a new value does. */
  hook(): void {
    this.isHooked = true;
    this.storage.run({} as RunContext, () => {});
  }
}
