import type { AbstractTask } from '@bight/loop-abstract';
import type { Instrument } from '@bight/loop-core';
import type { Counter, Histogram, Meter } from '@opentelemetry/api';

// Taken at import: fake timers, which replace the global functions, are not for this.
const readClock = performance.now.bind(performance);

/** How many tasks there were, and how long they took. */
export class TaskMetrics implements Instrument {
  readonly #created: Counter;
  readonly #duration: Histogram;
  readonly #asyncioDuration: Histogram;
  readonly #began = new WeakMap<object, number>();

  constructor(meter: Meter) {
    this.#created = meter.createCounter('asyncio.process.created', {
      description: 'How many tasks were made.',
    });
    this.#duration = meter.createHistogram('bight.task.duration', {
      unit: 's',
      description: 'How long tasks take, from when they are made until they are done.',
    });
    this.#asyncioDuration = meter.createHistogram('asyncio.process.duration', {
      unit: 's',
      description: 'How long tasks take, from when they are made until they are done.',
    });
  }

  taskSpawned(task: AbstractTask): void {
    this.#began.set(task, readClock());
    this.#created.add(1, { type: 'task' });
  }

  taskDone(task: AbstractTask): void {
    const began = this.#began.get(task);
    if (began === undefined) return;
    const seconds = (readClock() - began) / 1000;
    const state = stateOf(task);
    this.#duration.record(seconds, { state });
    this.#asyncioDuration.record(seconds, { type: 'task', state });
  }
}

/** How a task has ended, in the words of the conventions. It does not count as retrieving its exception. */
export function stateOf(task: AbstractTask): 'cancelled' | 'exception' | 'finished' {
  if (task.cancelled()) return 'cancelled';
  return /^<\S+ failed /.test(String(task)) ? 'exception' : 'finished';
}
