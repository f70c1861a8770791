import { kNext, kPrevious, kQueue, kRun } from '../internals.js';
import type { SocketOperation } from './sockets/socket-operation.js';

/** The calls that wait for one direction of a socket, in the order in which they were made. */
export class OperationQueue {
  #first: SocketOperation<unknown> | null = null;
  #last: SocketOperation<unknown> | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  push(operation: SocketOperation<unknown>): void {
    operation[kQueue] = this;
    operation[kPrevious] = this.#last;
    if (this.#last === null) this.#first = operation;
    else this.#last[kNext] = operation;
    this.#last = operation;
  }

  /** Makes the calls, the first one first, until one has to go on waiting. */
  run(): void {
    for (let operation = this.#first; operation?.[kRun](); operation = this.#first) this.remove(operation);
  }

  /** Forgets a call, which may have been forgotten before. */
  remove(operation: SocketOperation<unknown>): void {
    if (operation[kQueue] !== this) return;
    operation[kQueue] = null;
    const before = operation[kPrevious];
    const after = operation[kNext];
    if (before === null) this.#first = after;
    else before[kNext] = after;
    if (after === null) this.#last = before;
    else after[kPrevious] = before;
    operation[kPrevious] = null;
    operation[kNext] = null;
  }
}
