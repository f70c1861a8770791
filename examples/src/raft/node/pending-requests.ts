import type { AbstractFuture } from 'bight';
import type { Reply } from './requests.js';

/** The unanswered requests of a leader. */
export class PendingRequests {
  readonly #changes = new Map<number, AbstractFuture<Reply>>();
  #reads: { askedAt: number; read: () => Reply; future: AbstractFuture<Reply> }[] = [];

  /** Adds a change, which is answered when its entry is applied. */
  addChange(index: number, future: AbstractFuture<Reply>): void {
    this.#changes.set(index, future);
  }

  /** Adds a read, which is answered as soon as it is allowed. */
  addRead(askedAt: number, read: () => Reply, future: AbstractFuture<Reply>): void {
    this.#reads.push({ askedAt, read, future });
  }

  answerChange(index: number, reply: Reply): void {
    const future = this.#changes.get(index);
    this.#changes.delete(index);
    if (future !== undefined) answer(future, reply);
  }

  answerReads(mayRead: (askedAt: number) => boolean): void {
    const due = this.#reads.filter(({ askedAt }) => mayRead(askedAt));
    if (due.length === 0) return;
    this.#reads = this.#reads.filter((one) => !due.includes(one));
    for (const { read, future } of due) answer(future, read());
  }

  /** Ends all requests when the node leads no more: the outcome of its entries is unknown. */
  giveUp(): void {
    const futures = [...this.#changes.values(), ...this.#reads.map(({ future }) => future)];
    this.#changes.clear();
    this.#reads = [];
    for (const future of futures) answer(future, { ok: false, reason: 'again' });
  }
}

/** Answers, unless the client has disconnected. */
export function answer(future: AbstractFuture<Reply>, reply: Reply): void {
  if (!future.done()) future.setResult(reply);
}
