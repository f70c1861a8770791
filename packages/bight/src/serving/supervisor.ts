import type { AbstractEventLoop, TimerHandle } from '@bight/loop-abstract';
import {
  FIRST_COMPLETED,
  type Future,
  gather,
  getRunningLoop,
  shield,
  timeout,
  wait,
} from '@bight/loop-core';
import { openSignalReceiver } from '@bight/loop-signals';
import { Queue } from '../queues/queue.js';
import type { WorkerPlan } from './messages.js';
import { ProcessLink } from './process-link.js';
import { RestartDelays } from './restart-delays.js';
import type { CheckedServeOptions } from './serve-options.js';
import { SharedListeners } from './shared-listeners.js';
import { SupervisedWorker } from './supervised-worker.js';
import { ThreadLink } from './thread-link.js';

/** What happens to a supervisor. */
type Incident = 'stop' | 'reload' | { readonly worker: SupervisedWorker; readonly slot: number };

/** How much longer than the grace of its connections a worker may take to end. */
const EXTRA_SECONDS = 5;

/** Keeps the workers of `serve()` running. */
export class Supervisor {
  readonly #options: CheckedServeOptions;
  readonly #plan: WorkerPlan;
  readonly #listeners = new SharedListeners();
  readonly #incidents = new Queue<Incident>();
  readonly #slots: SupervisedWorker[] = [];
  readonly #all = new Set<SupervisedWorker>();
  readonly #delays = new RestartDelays();
  readonly #timers = new Set<TimerHandle>();
  #loop!: AbstractEventLoop;
  #isReloading = false;
  /** Whether another reload was requested during the one under way. */
  #isOutdated = false;
  /** What is to take the place of an old worker, and does not serve yet. */
  #successor: SupervisedWorker | null = null;
  #isStopping = false;

  constructor(url: string, options: CheckedServeOptions) {
    this.#options = options;
    this.#plan = { url, graceSeconds: options.graceSeconds };
  }

  /** Serves until it is stopped by a signal, or a worker cannot start for the first time. */
  async run(): Promise<void> {
    this.#loop = getRunningLoop();
    using signals = openSignalReceiver('SIGTERM', 'SIGINT', 'SIGHUP');
    const listening = this.#loop.createTask(async () => {
      for await (const name of signals) this.#incidents.putNowait(name === 'SIGHUP' ? 'reload' : 'stop');
    });
    try {
      const first = Array.from({ length: this.#options.workers }, (_, slot) => this.#start(slot));
      if (!(await this.#allReady(first))) return;
      this.#options.onReady?.();
      await this.#watch();
    } finally {
      this.#isStopping = true;
      listening.cancel();
      for (const timer of this.#timers) timer.cancel();
      await shield(() => this.#stop());
    }
  }

  /**
   * Waits until all serve. @returns `false` when a signal to stop comes before @throws the error of the first that
   * cannot start
   */
  async #allReady(workers: readonly SupervisedWorker[]): Promise<boolean> {
    // Shielded: after a signal to stop, the workers that do not serve yet must still be known.
    const started = gather(workers.map(({ ready }) => shield(ready as unknown as Future<void>)));
    const stopped = this.#loop.createTask(() => this.#stopped());
    const [done] = await wait(
      [started as unknown as Future<unknown>, stopped as unknown as Future<unknown>],
      {
        returnWhen: FIRST_COMPLETED,
      },
    );
    if (done.has(started as never)) {
      stopped.cancel();
      started.result();
      return true;
    }
    started.cancel();
    // Its end by the cancel is not reported.
    started.addDoneCallback(() => void started.exception());
    return false;
  }

  /** Waits for the signal to stop. */
  async #stopped(): Promise<void> {
    for (;;) {
      const incident = await this.#incidents.get();
      if (incident === 'stop') return;
      // No worker is replaced yet; one that has died fails the start.
    }
  }

  async #watch(): Promise<void> {
    for (;;) {
      const incident = await this.#incidents.get();
      if (incident === 'stop') return;
      if (incident === 'reload') this.#reload();
      else this.#onDeath(incident.slot, incident.worker);
    }
  }

  #start(slot: number): SupervisedWorker {
    const { kind } = this.#options;
    const worker = new SupervisedWorker(this.#loop, this.#listeners, (events) =>
      kind === 'process' ? new ProcessLink(this.#plan, events) : new ThreadLink(this.#plan, events),
    );
    this.#all.add(worker);
    this.#slots[slot] = worker;
    worker.exited.addDoneCallback(() => {
      this.#all.delete(worker);
      if (!worker.isLeaving && !this.#isStopping) this.#incidents.putNowait({ worker, slot });
    });
    return worker;
  }

  #onDeath(slot: number, worker: SupervisedWorker): void {
    // A successor has its place already.
    if (this.#slots[slot] !== worker) return;
    if (!this.#options.restart) throw worker.failure;
    this.#options.onError(worker.failure);
    const delay = this.#delays.after(slot, this.#loop.time() - worker.bornSeconds);
    const timer = this.#loop.callLater(delay, () => {
      this.#timers.delete(timer);
      if (!this.#isStopping && this.#slots[slot] === worker) this.#start(slot);
    });
    this.#timers.add(timer);
  }

  /**
   * Replaces one worker after the other. A reload during a reload begins anew: what has started meanwhile may be of the
   * version before.
   */
  #reload(): void {
    if (this.#isReloading) {
      this.#isOutdated = true;
      // It may never serve.
      this.#successor?.kill();
      return;
    }
    this.#isReloading = true;
    const task = this.#loop.createTask(async () => {
      do {
        this.#isOutdated = false;
        await this.#replaceAll();
      } while (this.#isOutdated && !this.#isStopping);
    });
    task.addDoneCallback(() => {
      this.#isReloading = false;
      if (!task.cancelled() && task.exception() !== null) this.#options.onError(task.exception());
    });
  }

  async #replaceAll(): Promise<void> {
    for (let slot = 0; slot < this.#slots.length && !this.#isOutdated && !this.#isStopping; slot++) {
      const old = this.#slots[slot]!;
      const successor = this.#start(slot);
      this.#successor = successor;
      try {
        await successor.ready;
      } catch (error) {
        // The old one stays, if it lives; the others are not replaced either.
        successor.kill();
        if (this.#slots[slot] === successor) this.#slots[slot] = old;
        if (old.exited.done()) this.#incidents.putNowait({ worker: old, slot });
        if (this.#isOutdated || this.#isStopping) return;
        throw error;
      } finally {
        this.#successor = null;
      }
      this.#dismiss(old);
    }
  }

  /** Asks a worker to leave; one that does not serve, or does not leave in time, is ended. */
  #dismiss(worker: SupervisedWorker): void {
    if (!worker.isServing) {
      worker.kill();
      return;
    }
    worker.leave();
    const timer = this.#loop.callLater(this.#options.graceSeconds + EXTRA_SECONDS, () => {
      this.#timers.delete(timer);
      worker.kill();
    });
    this.#timers.add(timer);
    worker.exited.addDoneCallback(() => {
      timer.cancel();
      this.#timers.delete(timer);
    });
  }

  async #stop(): Promise<void> {
    const workers = [...this.#all];
    for (const worker of workers) {
      // One that does not serve yet has nothing to finish.
      if (worker.isServing) worker.leave();
      else worker.kill();
    }
    const ends = workers.map(({ exited }) => exited as unknown as Future<void>);
    try {
      if (ends.length > 0) await timeout(this.#options.graceSeconds + EXTRA_SECONDS).run(() => wait(ends));
    } catch {
      for (const worker of this.#all) worker.kill();
      await wait(ends);
    } finally {
      this.#listeners.close();
    }
  }
}
