import type { Transferable } from 'node:worker_threads';
import type { CallMessage } from '../../src/calls/call-message.js';
import { BrokenExecutor } from '../../src/errors/broken-executor.js';
import { Claims } from '../../src/pool/claims.js';
import type { LinkEvents, WorkerLink } from '../../src/pool/worker-link.js';
import { type PoolPlan, WorkerPool } from '../../src/pool/worker-pool.js';

/** A worker that the test controls. */
export class FakeLink implements WorkerLink {
  readonly claims: Claims | null;
  readonly events: LinkEvents;
  /** The numbers of the calls that were sent, in the order in which they were. */
  readonly sent: number[] = [];
  keepsAlive = false;
  end: 'stop' | 'kill' | null = null;
  #inbox: CallMessage[] = [];

  constructor(events: LinkEvents, claims: Claims | null) {
    this.events = events;
    this.claims = claims;
  }

  send(message: CallMessage, _transferList: readonly Transferable[]): void {
    if (message.id === 0) return;
    this.sent.push(message.id);
    this.#inbox.push({ ...message });
  }

  keepAlive(isWanted: boolean): void {
    this.keepsAlive = isWanted;
  }

  stop(): void {
    this.end = 'stop';
  }

  kill(): void {
    this.end = 'kill';
  }

  /** The worker has started. */
  start(): void {
    this.events.onReply({ type: 'bight:done', id: 0, value: undefined });
    this.events.onRepliesEnd();
  }

  /** The worker begins the next call that it may begin. @returns the number of the call */
  begin(): number | undefined {
    for (let message = this.#inbox.shift(); message !== undefined; message = this.#inbox.shift()) {
      const { id, slot } = message;
      if (this.claims === null || Atomics.compareExchange(this.claims.words, slot, id, -id) === id) return id;
    }
    return undefined;
  }

  /** The worker cannot read the message at a place, counted from 1. */
  refuse(place: number): void {
    this.events.onReply({ type: 'bight:unread', id: place, error: { root: { value: null }, errors: [] } });
    this.events.onRepliesEnd();
  }

  /** The worker answers a call that it began. */
  answer(id: number): void {
    this.events.onReply({ type: 'bight:done', id, value: id });
    this.events.onRepliesEnd();
  }
}

/** A pool of fake workers, and the workers in the order in which they were started. */
export function fakePool(plan: Partial<PoolPlan> & { canStart?: () => boolean } = {}) {
  const links: FakeLink[] = [];
  const depth = plan.depth ?? 4;
  const message: CallMessage = {
    id: 0,
    slot: 0,
    source: '() => {}',
    url: '',
    name: '',
    args: [],
    isChunk: false,
    variables: [],
  };
  const pool = new WorkerPool({
    maxWorkers: 2,
    depth,
    maxCalls: Number.POSITIVE_INFINITY,
    preparation: message,
    connect: (events) => {
      if (plan.canStart?.() === false) throw new Error('no more threads');
      const link = new FakeLink(events, depth === 1 ? null : new Claims(depth));
      links.push(link);
      return link;
    },
    broken: (text, options) => new BrokenExecutor(text, options),
    decodeError: () => new Error('decoded'),
    ...plan,
  });
  const submit = (transferList: readonly Transferable[] = []) => pool.submit({ ...message }, transferList);
  return { pool, links, submit };
}
