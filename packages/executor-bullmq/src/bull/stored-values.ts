import { randomUUID } from 'node:crypto';
import { RuntimeError } from '@bight/loop-abstract';
import type { Redis } from 'ioredis';
import { decodeValue, type EncodedValue, type SizedValue } from '../values/encoded-value.js';
import type { QueueKeys } from './queue-keys.js';

/** Larger arguments have a key of their own, so that lists of jobs stay small. In characters. */
export const LARGE_ARGUMENTS = 1024 * 1024;
/** Larger results and progress have one: each of them would stay in the queue's stream of events for a while, too. */
export const LARGE_RESULT = 32 * 1024;
/** Redis takes no string above 512 MB. */
const LARGEST = 512 * 1024 * 1024 - 1024;

/** The values that are too large to travel with their job. */
export class StoredValues {
  readonly #redis: Redis;
  readonly #keys: QueueKeys;

  constructor(redis: Redis, keys: QueueKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /**
   * Stores a value if it is large.
   *
   * @param limit - from how many characters on it is large
   * @param ttlSeconds - how long it is kept; 0: until it is removed
   * @throws {RangeError} when it is too large even for a key of its own
   */
  async store({ encoded, size }: SizedValue, limit: number, ttlSeconds: number): Promise<EncodedValue> {
    if (size <= limit) return encoded;
    const text = JSON.stringify(encoded);
    if (text.length > LARGEST) {
      throw new RangeError(`a value of ${text.length} bytes cannot be sent; send where it is stored instead`);
    }
    const name = randomUUID();
    const key = this.#keys.value(name);
    if (ttlSeconds === 0) await this.#redis.set(key, text);
    else await this.#redis.set(key, text, 'EX', Math.ceil(ttlSeconds));
    return { stored: name };
  }

  /**
   * The value, wherever it is.
   *
   * @throws {RuntimeError} when it is not there any more
   */
  async load(encoded: EncodedValue): Promise<unknown> {
    if (!('stored' in encoded)) return decodeValue(encoded);
    const text = await this.#redis.get(this.#keys.value(encoded.stored));
    if (text === null) throw new RuntimeError('a large value of the job is not in Redis any more');
    return decodeValue(JSON.parse(text));
  }

  /** Removes a value that was stored. */
  async remove(encoded: EncodedValue | undefined): Promise<void> {
    if (encoded !== undefined && 'stored' in encoded) await this.#redis.del(this.#keys.value(encoded.stored));
  }

  /** Lets a stored value expire after a time. */
  async expire(encoded: EncodedValue, ttlSeconds: number): Promise<void> {
    if ('stored' in encoded)
      await this.#redis.expire(this.#keys.value(encoded.stored), Math.ceil(ttlSeconds));
  }
}
