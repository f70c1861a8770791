import type { AbstractFuture, TaskLoop } from '../../packages/loop-abstract/src/index.js';

/**
 * What happened, in order, so that a test can compare it and wait for it. All recorders of the tests write into one.
 */
export class EventLog {
  readonly events: string[] = [];
  readonly #loop: Pick<TaskLoop, 'createFuture'>;
  readonly #waiting: { holds: () => boolean; future: AbstractFuture<void> }[] = [];

  constructor(loop: Pick<TaskLoop, 'createFuture'>) {
    this.#loop = loop;
  }

  /** The events, with repetitions of one in a row counted once. */
  get summary(): string[] {
    return this.events.filter((event, index) => event !== this.events[index - 1]);
  }

  /** Notes an event: a word, and its details after a space. */
  note(event: string): void {
    this.events.push(event);
    for (const waiter of [...this.#waiting]) {
      if (!waiter.holds()) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      if (!waiter.future.done()) waiter.future.setResult();
    }
  }

  /** Waits, as long as the test may take, until something holds. It is checked after every event. */
  until(holds: () => boolean): Promise<void> {
    const future = this.#loop.createFuture<void>();
    if (holds()) future.setResult();
    else this.#waiting.push({ holds, future });
    return Promise.resolve(future);
  }

  /** Waits until an event was noted: this one, or one that begins with this word. */
  event(name: string): Promise<void> {
    return this.until(() => this.events.some((event) => event === name || event.startsWith(`${name} `)));
  }
}

/** The name of an event, with its error if there is one. */
export function withError(event: string, error: Error | null): string {
  return error === null ? event : `${event} ${(error as NodeJS.ErrnoException).code ?? error.message}`;
}
