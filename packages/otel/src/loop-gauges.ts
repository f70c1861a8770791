import type { CoreEventLoop, LoopStatistics } from '@bight/loop-core';
import { countsOfLoop } from '@bight/loop-core/low-level';
import type { BatchObservableCallback, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';

/** The values that are read when metrics are collected; they cost nothing in between. */
export class LoopGauges {
  readonly #loop: CoreEventLoop;
  readonly #meter: Meter;
  readonly #busy: Observable;
  readonly #tasks: Observable;
  readonly #connections: Observable;
  readonly #buffered: Observable;
  readonly #queued: Observable;
  readonly #all: Observable[];
  #before: LoopStatistics;

  constructor(loop: CoreEventLoop, meter: Meter) {
    this.#loop = loop;
    this.#meter = meter;
    this.#before = loop.statistics();
    this.#busy = meter.createObservableGauge('bight.loop.busy', {
      unit: '1',
      description: 'Which part of the time the loop was busy since metrics were last collected.',
    });
    this.#tasks = meter.createObservableUpDownCounter('bight.task.active', {
      unit: '{task}',
      description: 'How many tasks are not done.',
    });
    this.#connections = meter.createObservableUpDownCounter('bight.connection.active', {
      unit: '{connection}',
      description: 'How many transports are open.',
    });
    this.#buffered = meter.createObservableGauge('bight.connection.buffered', {
      unit: 'By',
      description: 'How many bytes the transports have not sent yet.',
    });
    this.#queued = meter.createObservableUpDownCounter('bight.executor.queued', {
      unit: '{call}',
      description: 'How many calls of executors have not returned.',
    });
    this.#all = [this.#busy, this.#tasks, this.#connections, this.#buffered, this.#queued];
    meter.addBatchObservableCallback(this.#observe, this.#all);
  }

  stop(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all);
  }

  readonly #observe: BatchObservableCallback = (result: BatchObservableResult): void => {
    if (this.#loop.isClosed()) return;
    const [before, now] = [this.#before, this.#loop.statistics()];
    this.#before = now;
    const seconds = now.seconds - before.seconds;
    const busySeconds = now.busyShare * now.seconds - before.busyShare * before.seconds;
    if (seconds > 0) result.observe(this.#busy, Math.min(1, Math.max(0, busySeconds / seconds)));
    const { taskStates, handleKinds, unsent } = countsOfLoop(this.#loop);
    for (const [state, count] of Object.entries(taskStates)) result.observe(this.#tasks, count, { state });
    const transports = Object.entries(handleKinds).filter(([kind]) => kind.includes('transport'));
    result.observe(
      this.#connections,
      transports.reduce((sum, [, count]) => sum + count, 0),
    );
    result.observe(this.#buffered, unsent);
    result.observe(this.#queued, handleKinds['executor call'] ?? 0);
  };
}
