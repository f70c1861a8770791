import { expect, test } from '@jest/globals';
import { RunningExample } from './support/example.js';

test('the slow loop has late timers', async () => {
  const example = new RunningExample('fault-slow-loop');
  for (let late = 0; late < 50; ) {
    const [milliseconds] = await example.until(/a tick, (\d+) ms late/);
    late = Number(milliseconds);
  }
  example.signal('SIGKILL');
});

test('the program that never ends has done everything else', async () => {
  const example = new RunningExample('fault-never-ends');
  await example.until(/^three$/);
  example.signal('SIGKILL');
  expect((await example.end()).rest).toEqual([]);
});

test('the leak makes more and more tasks', async () => {
  const example = new RunningExample('fault-leak');
  await example.until(/^200 requests$/);
  example.signal('SIGKILL');
});
