import { Barrier, BoundedSemaphore, Condition, Lock, Semaphore, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const lock = new Lock();
  const attempts: (() => unknown)[] = [() => lock.release()];
  const condition = new Condition({ lock });
  attempts.push(() => condition.notify());
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      trace(error);
    }
  }
  try {
    await condition.wait();
  } catch (error) {
    trace(error);
  }
  try {
    await lock.run(async () => {
      throw new ValueError('inside');
    });
  } catch (error) {
    trace(error, lock.locked());
  }
  const semaphore = new BoundedSemaphore({ value: 1 });
  try {
    semaphore.release();
  } catch (error) {
    trace(error);
  }
  for (const make of [() => new Semaphore({ value: -1 }), () => new Barrier(0)]) {
    try {
      make();
    } catch (error) {
      trace(trace.kind(error));
    }
  }
}
