import { kNext, kQueue, kRun } from '../internals.js';
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
    let before: SocketOperation<unknown> | null = null;
    if (this.#first === operation) this.#first = operation[kNext];
    else {
      before = this.#first as SocketOperation<unknown>;
      while (before[kNext] !== operation) before = before[kNext] as SocketOperation<unknown>;
      before[kNext] = operation[kNext];
    }
    if (this.#last === operation) this.#last = before;
    operation[kNext] = null;
  }
}
