import type { SocketOperation } from './sockets/socket-operation.js';

/** The calls that wait for one direction of a socket, in the order in which they were made. */
export class OperationQueue {
  #first: SocketOperation<unknown> | null = null;
  #last: SocketOperation<unknown> | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  push(operation: SocketOperation<unknown>): void {
    operation._queue = this;
    if (this.#last === null) this.#first = operation;
    else this.#last._next = operation;
    this.#last = operation;
  }

  /** Makes the calls, the first one first, until one has to go on waiting. */
  run(): void {
    for (let operation = this.#first; operation?._run(); operation = this.#first) this.remove(operation);
  }

  /** Forgets a call, which may have been forgotten before. */
  remove(operation: SocketOperation<unknown>): void {
    if (operation._queue !== this) return;
    operation._queue = null;
    let before: SocketOperation<unknown> | null = null;
    if (this.#first === operation) this.#first = operation._next;
    else {
      before = this.#first as SocketOperation<unknown>;
      while (before._next !== operation) before = before._next as SocketOperation<unknown>;
      before._next = operation._next;
    }
    if (this.#last === operation) this.#last = before;
    operation._next = null;
  }
}
