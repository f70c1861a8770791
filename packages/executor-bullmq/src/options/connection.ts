import { typeError, valueError } from '@bight/loop-abstract/validate';
import { Redis, type RedisOptions } from 'ioredis';

/** Where a queue is: a URL, ioredis's options, or a client of ioredis, of which copies are made. */
export type QueueConnection = string | URL | RedisOptions | Redis;

/** Makes a client of its own for each use. */
export interface CheckedConnection {
  /** @param retries - called before each further attempt to connect; its result is the delay in milliseconds */
  open(): Redis;
}

const LONGEST_RETRY_MS = 2000;

/** What every client needs: commands wait for the connection and are sent again after it was lost. */
const OURS = {
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  lazyConnect: true,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
} satisfies RedisOptions;

/**
 * The option `connection`.
 *
 * @throws {TypeError} for what is no connection
 * @throws {ValueError} for a URL of another kind of server
 */
export function checkConnection(value: unknown): CheckedConnection {
  if (typeof value === 'string' || value instanceof URL) {
    const url = checkUrl(value);
    return { open: () => new Redis(url, OURS) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw typeError('connection', "a URL such as 'redis://127.0.0.1:6379', or ioredis's options", value);
  }
  if (isClient(value)) return { open: () => value.duplicate(OURS) };
  if ('sendCommand' in value || 'send' in value || 'keyPrefix' in value) {
    throw typeError(
      'connection',
      'a URL, options of ioredis without keyPrefix, or a client of ioredis',
      value,
    );
  }
  return { open: () => new Redis({ ...(value as RedisOptions), ...OURS }) };
}

function checkUrl(value: string | URL): string {
  const text = String(value);
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (!/^(rediss?|valkeys?):$/.test(protocol)) {
    throw valueError(
      'connection',
      "a URL such as 'redis://127.0.0.1:6379' (or rediss:, valkey:, valkeys:)",
      value,
    );
  }
  return text.replace(/^valkey/, 'redis');
}

function isClient(value: object): value is Redis {
  return 'duplicate' in value && 'defineCommand' in value && 'options' in value;
}
