import { sleep } from '../../packages/loop-core/src/index.js';

/** A task that always has a turn of the loop waiting. */
export async function neverRest(until: () => boolean): Promise<void> {
  while (!until()) await sleep(0);
}
