import type { AbstractEventLoop } from '@bight/loop-abstract';
import { tasksOf } from '../tasks/current-task.js';
import { countsOfLoop, type LoopCounts } from './loop-counts.js';
import { knownNumberOf } from './numbers.js';
import { type LoopSnapshot, snapshotOfLoop } from './snapshot.js';
import type { TaskRange } from './task-page.js';

/**
 * The loops of this thread, for tools that inspect it from outside: through Node's inspector, or an inspector of ours.
 */
export interface LoopRegistry {
  /** The loops that were made and are not closed. */
  loops(): AbstractEventLoop[];
  /**
   * What is in them, as data.
   *
   * @param range - which of the tasks of each loop are wanted
   * @param loop - the number of the only loop that is wanted; by default all
   */
  snapshot(range?: TaskRange, loop?: number | null): LoopSnapshot[];
  /** How much there is in each, as data. */
  counts(): LoopCounts[];
  /** Cancels a task by its number. @returns whether there is one that is not done */
  cancel(id: number): boolean;
  /** Calls back with each loop that is made from now on. @returns what ends that */
  onLoop(callback: (loop: AbstractEventLoop) => void): () => void;
}

const key = Symbol.for('@bight/loop-core/loops');

/** One for all installed copies of this package, so that a tool finds it under this name. */
class Registry implements LoopRegistry {
  readonly #loops = new Set<WeakRef<AbstractEventLoop>>();
  readonly #callbacks = new Set<(loop: AbstractEventLoop) => void>();

  add(loop: AbstractEventLoop): void {
    for (const ref of this.#loops) if (ref.deref() === undefined) this.#loops.delete(ref);
    this.#loops.add(new WeakRef(loop));
    for (const callback of this.#callbacks) callback(loop);
  }

  remove(loop: AbstractEventLoop): void {
    for (const ref of this.#loops) if (ref.deref() === loop) this.#loops.delete(ref);
  }

  loops(): AbstractEventLoop[] {
    return [...this.#loops].flatMap((ref) => ref.deref() ?? []);
  }

  snapshot(range?: TaskRange, loop: number | null = null): LoopSnapshot[] {
    const loops = this.loops().filter((one) => loop === null || knownNumberOf(one) === loop);
    return loops.map((one) => snapshotOfLoop(one, range));
  }

  counts(): LoopCounts[] {
    return this.loops().map(countsOfLoop);
  }

  cancel(id: number): boolean {
    for (const loop of this.loops()) {
      for (const task of tasksOf(loop)) {
        if (knownNumberOf(task) === id) {
          loop.callSoonThreadsafe(() => task.cancel());
          return true;
        }
      }
    }
    return false;
  }

  onLoop(callback: (loop: AbstractEventLoop) => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }
}

const globals = globalThis as { [key]?: Registry };
globals[key] ??= new Registry();

/** @internal */
export const registry: Registry = globals[key];

/** The loops of this thread. For authors of tools. */
export const loopRegistry: LoopRegistry = registry;
