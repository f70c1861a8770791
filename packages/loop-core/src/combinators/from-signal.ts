/// <reference lib="esnext.disposable" preserve="true" />
import { type AbstractTask, RuntimeError } from '@bight/loop-abstract';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { type Watcher, watch } from '../futures/watch.js';
import { kAbort, kCancelBecause } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { ownerTask } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';

/** The bonds of one signal: they share a listener, which is there only while there are bonds. */
class SignalHub {
  readonly #signal: AbortSignal;
  readonly #bonds = new Set<SignalBond>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(bond: SignalBond): void {
    if (this.#bonds.size === 0) this.#signal.addEventListener('abort', this.#abort);
    this.#bonds.add(bond);
  }

  remove(bond: SignalBond): void {
    if (this.#bonds.delete(bond) && this.#bonds.size === 0) {
      this.#signal.removeEventListener('abort', this.#abort);
    }
  }

  readonly #abort = (): void => {
    const bonds = [...this.#bonds];
    this.#bonds.clear();
    this.#signal.removeEventListener('abort', this.#abort);
    for (const bond of bonds) bond[kAbort](this.#signal.reason);
  };
}

const hubs = new WeakMap<AbortSignal, SignalHub>();

function hubOf(signal: AbortSignal): SignalHub {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new SignalHub(signal);
    hubs.set(signal, hub);
  }
  return hub;
}

/**
 * The bond between an AbortSignal and a task, made by {@link fromSignal}. It ends when it is disposed, when the task is
 * done, and when the signal has fired.
 */
export class SignalBond implements Disposable {
  readonly #hub: SignalHub;
  readonly #task: Task;
  readonly #watcher: Watcher<unknown> | null = null;

  /** @internal Made by {@link fromSignal}. */
  constructor(signal: AbortSignal, task: Task) {
    this.#hub = hubOf(signal);
    this.#task = task;
    if (task.done()) return;
    if (signal.aborted) {
      this[kAbort](signal.reason);
      return;
    }
    this.#hub.add(this);
    this.#watcher = watch<unknown>(task, () => this.#hub.remove(this));
  }

  /** Ends the bond: from now on the signal does nothing to the task. */
  [Symbol.dispose](): void {
    this.#hub.remove(this);
    this.#watcher?.remove();
  }

  /** @internal */
  [kAbort](reason: unknown): void {
    this.#watcher?.remove();
    this.#task[kCancelBecause](reason);
  }
}

/**
 * Cancels a task when an AbortSignal aborts, or at once if it has aborted already. The CancelledError has the signal's
 * reason as its `cause`.
 *
 * `using _ = fromSignal(request.signal)` binds the current task for the rest of a block. However many tasks are bound
 * to a signal, it has one listener of ours, and none when they are done.
 *
 * @param options.task - the task; by default the current one
 * @throws {RuntimeError} outside of a task
 * @throws {TypeError} unless it is a signal
 */
export function fromSignal(
  signal: AbortSignal,
  options?: { task?: AbstractTask<unknown> | null } | null,
): SignalBond {
  if (!(signal instanceof AbortSignal)) throw typeError('signal', 'an AbortSignal', signal);
  const task = checkOptions(options, ['task']).task ?? ownerTask(getRunningLoop());
  if (task === null) throw new RuntimeError('fromSignal() needs a task: call it inside one, or name one');
  if (!(task instanceof Task)) throw typeError('task', 'a Task', task);
  return new SignalBond(signal, task as Task);
}
