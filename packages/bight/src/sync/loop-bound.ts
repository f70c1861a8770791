import type { AbstractEventLoop } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { inspectAsText } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { kLoop } from '../internals.js';

/** Something that may be made outside of a loop, and belongs to the first loop that uses it. */
export abstract class LoopBound {
  #loop: AbstractEventLoop | null = null;

  /**
   * The running loop, which must be the one that used this before.
   *
   * @throws {RuntimeError} outside of a running loop, or in another one
   * @internal
   */
  get [kLoop](): AbstractEventLoop {
    const loop = getRunningLoop();
    this.#loop ??= loop;
    if (this.#loop !== loop) throw new RuntimeError(`${this} is bound to a different event loop`);
    return loop;
  }

  static {
    inspectAsText(this);
  }

  /** A short description, for messages. */
  toString(): string {
    return `<${this.constructor.name}>`;
  }
}
