import { Condition, gather, Lock } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const lock = new Lock();
  const notEmpty = new Condition({ lock });
  const notFull = new Condition({ lock });
  const buffer: string[] = [];

  async function producer(name: string): Promise<void> {
    for (let number = 0; number < 3; number++) {
      await lock.run(async () => {
        await notFull.waitFor(() => buffer.length < 2);
        buffer.push(`${name}${number}`);
        trace('put', buffer.at(-1), buffer.length);
        notEmpty.notify();
      });
    }
  }

  async function consumer(count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      await lock.run(async () => {
        await notEmpty.waitFor(() => buffer.length > 0);
        trace('took', buffer.shift());
        notFull.notify();
      });
    }
  }

  await gather([() => producer('a'), () => consumer(4), () => producer('b'), () => consumer(2)]);
  trace(buffer);
}
