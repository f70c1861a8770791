import type { Queue } from 'bullmq';
import type { DeadLetter } from '../broker.js';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import type { EncodedValue } from '../values/encoded-value.js';
import { failureOf } from '../values/failure.js';
import { idOfKey, type JobData, keyOfId } from './job-data.js';
import type { StoredValues } from './stored-values.js';

/** The jobs of a queue that failed for good, of all submitters. */
export async function listDeadLetters(
  queue: Queue,
  values: StoredValues,
  errorClasses: CheckedQueueOptions['errorClasses'],
): Promise<DeadLetter[]> {
  const jobs = await queue.getJobs('failed', 0, -1, true);
  return await Promise.all(
    jobs.map(async ({ id, name, data, failedReason, attemptsMade, stalledCounter }) => {
      const { module, args } = (data ?? {}) as Partial<JobData>;
      return {
        id: keyOfId(id ?? ''),
        name,
        module: module ?? '',
        args: args === undefined ? undefined : await argumentsOf(args, values),
        error: failureOf(failedReason ?? '', errorClasses),
        attempts: Math.max(attemptsMade, stalledCounter ?? 0),
      };
    }),
  );
}

/**
 * Removes dead letters; those with the ids, or all.
 *
 * @returns how many there were
 */
export async function discardDeadLetters(
  queue: Queue,
  values: StoredValues,
  ids: readonly string[] | null,
): Promise<number> {
  const wanted = ids === null ? null : new Set(ids.map((id) => idOfKey(id)).concat(ids));
  const jobs = (await queue.getJobs('failed')).filter(({ id }) => wanted?.has(id ?? '') ?? true);
  for (const { id, data } of jobs) {
    await queue.remove(id ?? '');
    await values.remove((data as Partial<JobData>).args);
  }
  return jobs.length;
}

async function argumentsOf(
  args: EncodedValue,
  values: StoredValues,
): Promise<readonly unknown[] | undefined> {
  try {
    return (await values.load(args)) as readonly unknown[];
  } catch {
    return undefined;
  }
}
