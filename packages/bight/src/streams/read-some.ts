import type { Buffer } from 'node:buffer';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import { InlineWait } from '@bight/loop-core/low-level';

/** A `read(n)` that waits for bytes. */
export class ReadSome extends InlineWait<Buffer> {
  readonly #take: (count: number) => Buffer;
  readonly #count: number;
  #exception: Error | null = null;

  /** @param take - takes bytes from the front of what has come in */
  constructor(loop: AbstractEventLoop, take: (count: number) => Buffer, count: number) {
    super(loop);
    this.#take = take;
    this.#count = count;
  }

  /** Wakes it, to fail. */
  fail(exception: Error): void {
    this.#exception = exception;
    this.wake();
  }

  protected override resume(): Buffer {
    if (this.#exception !== null) throw this.#exception;
    return this.#take(this.#count);
  }
}
