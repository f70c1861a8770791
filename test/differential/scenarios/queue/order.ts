import { gather, Queue } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const queue = new Queue<string>({ maxsize: 2 });

  async function producer(name: string): Promise<void> {
    for (let number = 0; number < 3; number++) {
      await queue.put(`${name}${number}`);
      trace('put', `${name}${number}`, queue.qsize(), queue.full());
    }
  }

  async function consumer(name: string, count: number): Promise<void> {
    for (let number = 0; number < count; number++) trace(name, 'got', await queue.get(), queue.empty());
  }

  await gather([() => producer('a'), () => producer('b'), () => consumer('x', 2), () => consumer('y', 4)]);
  trace(queue.qsize(), queue.maxsize);
}
