import type { AbstractTask } from '@bight/loop-abstract';
import type { Instrument } from '@bight/loop-core';
import { context, type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { stateOf } from './task-metrics.js';

/** A span around each task, below the span in which the task was made. */
export class TaskSpans implements Instrument {
  readonly #tracer: Tracer;
  readonly #spans = new WeakMap<object, Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  taskSpawned(task: AbstractTask): void {
    const name = task.getCoro?.().name || 'task';
    const attributes = { 'bight.task.name': task.getName?.() ?? '' };
    this.#spans.set(task, this.#tracer.startSpan(name, { attributes }, context.active()));
  }

  taskDone(task: AbstractTask): void {
    const span = this.#spans.get(task);
    if (span === undefined) return;
    this.#spans.delete(task);
    const state = stateOf(task);
    span.setAttribute('bight.task.state', state);
    if (state === 'exception') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
}
