import { Lock, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const lock = new Lock();
  await lock.acquire();
  try {
    await waitFor(lock.acquire(), 0.01);
  } catch (error) {
    trace(error, lock.locked());
  }
  lock.release();
  trace(lock.locked());
  await waitFor(lock.acquire(), 5);
  trace(lock.locked());
  lock.release();
}
