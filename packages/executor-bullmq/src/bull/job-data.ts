import type { EncodedValue } from '../values/encoded-value.js';

/**
 * What a job carries in Redis. Its arguments are an array as JSON where that keeps all of them, so that other languages
 * can read them.
 */
export interface JobData {
  /** The file name of the module, such as `work.js`. */
  readonly module: string;
  readonly args: EncodedValue;
  readonly variables?: Readonly<Record<string, EncodedValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** **Seconds** that each try may take. */
  readonly timeout?: number;
  /** Distinguishes a job with a key from an earlier or later one with the same key. */
  readonly nonce?: string;
  /** The id of its submitter, for {@link orphans}. */
  readonly client?: string;
  /** Whether the job is cancelled when no submitter lives any more. */
  readonly orphans?: 'cancel';
}

/** A value that a worker of ours reports: other workers report plain JSON. */
export interface Reported {
  readonly bight: EncodedValue;
}

/** What distinguishes a job from an earlier or later one with the same id: without a key its id does. */
export function nonceOf(jobId: string, { nonce }: Pick<JobData, 'nonce'>): string {
  return nonce ?? jobId;
}

/** The id that BullMQ keeps a key under: it takes neither colons nor integers. */
export function idOfKey(key: string): string {
  const escaped = key.replaceAll('%', '%25').replaceAll(':', '%3A');
  return /^\d+$/.test(escaped) ? `%3${escaped}` : escaped;
}

/** The key that an id was made of. */
export function keyOfId(id: string): string {
  // Most jobs have no key, and nothing that was escaped.
  if (!id.includes('%')) return id;
  return id
    .replace(/^%3(?=\d)/, '')
    .replaceAll('%3A', ':')
    .replaceAll('%25', '%');
}

/** Whether a value was reported by a worker of ours. */
export function isReported(value: unknown): value is Reported {
  return typeof value === 'object' && value !== null && 'bight' in value && typeof value.bight === 'object';
}
