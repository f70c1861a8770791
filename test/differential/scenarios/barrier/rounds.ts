import { Barrier, gather } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const barrier = new Barrier(3);

  async function party(name: string): Promise<void> {
    for (let number = 0; number < 2; number++) {
      trace(name, 'comes', barrier.nWaiting);
      trace(name, number, 'passes as', await barrier.wait(), barrier.nWaiting);
    }
  }

  await gather(['a', 'b', 'c'].map((name) => () => party(name)));
  trace(barrier.broken, barrier.nWaiting, barrier.parties);
}
