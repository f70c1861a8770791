import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { randomNumbers } from '../../../../test/support/random-numbers.js';
import { ByteQueue } from '../../src/streams/byte-queue.js';

function same(given: Buffer, expected: Buffer, seed: number): void {
  // Jest compares buffers byte by byte, which takes long.
  if (!given.equals(expected)) throw new Error(`seed ${seed}: ${given} instead of ${expected}`);
}

test('random operations do what they do to one long buffer', () => {
  const letter = randomNumbers(0);
  const letters = Buffer.from(Array.from({ length: 10_000 }, () => 97 + letter(3)));
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomNumbers(seed);
    const upTo = (n: number) => random(n + 1);
    const queue = new ByteQueue();
    let model = Buffer.alloc(0);
    const piece = () => {
      const sizes = [upTo(3) + 1, upTo(40) + 1, upTo(3000) + 1];
      const start = upTo(letters.length - 3001);
      return letters.subarray(start, start + (sizes[upTo(2)] as number));
    };
    for (let step = 0; step < 40; step++) {
      const kind = upTo(7);
      if (kind <= 2) {
        const more = piece();
        queue.push(Buffer.from(more));
        model = Buffer.concat([model, more]);
      } else if (kind === 3) {
        const count = upTo(model.length + 1);
        same(queue.take(count), model.subarray(0, count), seed);
        model = model.subarray(Math.min(count, model.length));
      } else if (kind === 4) {
        const more = piece();
        queue.unread(Buffer.from(more));
        model = Buffer.concat([more, model]);
      } else if (kind === 7) {
        const more = Buffer.concat(Array.from({ length: upTo(40) + 1 }, piece));
        const lent = Buffer.from(more);
        queue.pushCopy(lent);
        lent.fill('?');
        model = Buffer.concat([model, more]);
      } else if (kind === 5) {
        const count = upTo(model.length + 1);
        same(queue.peek(count), model.subarray(0, count), seed);
      } else {
        const other = new ByteQueue();
        const before = piece();
        other.push(before);
        other.append(queue);
        queue.append(other);
        model = Buffer.concat([before, model]);
      }
      const separator = piece().subarray(0, upTo(6) + 1);
      const from = upTo(model.length);
      const until = from + upTo(model.length - from);
      const expected = model.subarray(0, until).indexOf(separator, from);
      if (queue.indexOf(separator, from, until) !== expected) throw new Error(`seed ${seed}, step ${step}`);
      if (queue.length !== model.length) throw new Error(`seed ${seed}, step ${step}`);
    }
    same(queue.take(model.length), model, seed);
    expect(queue.length).toBe(0);
  }
});

test('what was taken is not overwritten by what is copied later, into the same memory', () => {
  const random = randomNumbers(1);
  const queues = [new ByteQueue(), new ByteQueue()];
  const taken: [Buffer, Buffer][] = [];
  for (let step = 0; step < 2000; step++) {
    const queue = queues[random(2)] as ByteQueue;
    if (random(3) > 0) {
      queue.pushCopy(Buffer.alloc(1 + random(100_000), 65 + (step % 26)));
      continue;
    }
    const data = queue.take(1 + random(Math.max(1, 2 * queue.length)));
    taken.push([data, Buffer.from(data)]);
    if (taken.length > 50) taken.shift();
    for (const [given, expected] of taken) expect(given.equals(expected)).toBe(true);
  }
});
