import type { Redis } from 'ioredis';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { setTimeout } = globalThis;

/** How many cancels are remembered whose jobs have not begun here. */
const MOST = 10_000;
/** How long a read waits before it is made again, which shows whether the connection is alive. */
const BLOCK_MS = 5000;

/** Reads the cancels of the jobs of a queue, from a stream: none is lost while the connection is. */
export class Cancels {
  readonly #redis: Redis;
  readonly #stream: string;
  readonly #onCancel: (id: string, nonce: string) => void;
  readonly #seen = new Set<string>();
  #last = '0-0';
  #isStopped = false;

  constructor(redis: Redis, stream: string, onCancel: (id: string, nonce: string) => void) {
    this.#redis = redis;
    this.#stream = stream;
    this.#onCancel = onCancel;
    redis.on('error', () => undefined);
  }

  /** Reads from now on. */
  async start(): Promise<void> {
    const [last] = await this.#redis.xrevrange(this.#stream, '+', '-', 'COUNT', 1);
    if (last !== undefined) this.#last = last[0];
    void this.#read();
  }

  /** Whether a job was cancelled, also one that has not begun here. */
  has(nonce: string): boolean {
    return this.#seen.has(nonce);
  }

  /** Reads no more. */
  stop(): void {
    this.#isStopped = true;
    this.#redis.disconnect();
  }

  async #read(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const found = await this.#redis.xread(
          'COUNT',
          1000,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.#stream,
          this.#last,
        );
        for (const [id, fields] of found?.[0]?.[1] ?? []) {
          this.#last = id;
          const [, job = '', , nonce = ''] = fields;
          this.#note(nonce);
          this.#onCancel(job, nonce);
        }
      } catch {
        if (!this.#isStopped) await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  #note(nonce: string): void {
    this.#seen.add(nonce);
    if (this.#seen.size <= MOST) return;
    const [oldest] = this.#seen;
    this.#seen.delete(oldest!);
  }
}
