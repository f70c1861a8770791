import { getRunningLoop, moveOnAfter, sleep } from 'bight';
import { RaftClient } from '../client.js';
import type { Operation } from './operation.js';

const KEYS = 3;
const PATIENCE_SECONDS = 0.3;

/** A client that reads and writes, and records its operations. */
export async function work(
  name: string,
  addresses: readonly string[],
  history: Operation[],
  isOver: () => boolean,
): Promise<void> {
  // A client that only reads stays with a leader that can no longer write.
  const reads = Math.random() < 0.3 ? 1 : Math.random();
  const loop = getRunningLoop();
  const client = new RaftClient(addresses, PATIENCE_SECONDS);
  for (let count = 0; !isOver(); count++) {
    await sleep(Math.random() * 0.08);
    const key = `k${Math.floor(Math.random() * KEYS)}`;
    const kind = Math.random() < reads ? 'get' : Math.random() < 0.5 ? 'append' : 'put';
    const argument = kind === 'get' ? '' : `${name}.${count} `;
    const invoked = loop.time();
    let result: string | null = null;
    // After a long wait the client goes on with other operations: one may be pending for the rest of the run.
    const scope = moveOnAfter(5);
    await scope.run(async () => {
      result = kind === 'get' ? await client.get(key) : await client[kind](key, argument);
    });
    const returned = scope.cancelledCaught ? Number.POSITIVE_INFINITY : loop.time();
    history.push({ client: name, key, kind, argument, result, invoked, returned });
  }
  client.close();
}
