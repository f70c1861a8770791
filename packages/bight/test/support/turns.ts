import { sleep } from 'bight';

/** Lets `count` turns of the running loop pass. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await sleep(0);
}
