import { closeSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE, fromFd } from '../../src/index.js';
import { MODE_READY } from '../../src/low-level.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';

test('the handler of a descriptor can be asked for, as long as it is watched', () => {
  const engine = newEngine();
  const [a, b] = newPair();
  const { handler } = recorder();
  expect(engine.handlerOf(a.fileno())).toBeUndefined();
  const slot = engine.watch(a.fileno(), MODE_READY, 0, handler);
  expect(engine.handlerOf(a.fileno())).toBe(handler);
  const other = recorder().handler;
  engine.setHandler(slot, other);
  expect(engine.handlerOf(a.fileno())).toBe(other);
  expect(engine.handlerOf(b.fileno())).toBeUndefined();
  engine.release(slot);
  expect(engine.handlerOf(a.fileno())).toBeUndefined();
});

test('a number that was used before has the handler of its new use', () => {
  const engine = newEngine();
  const [a, b] = newPair();
  const [first, second] = [recorder().handler, recorder().handler];
  const fd = a.detach();
  const old = engine.watch(fd, MODE_READY, EVENT_READ, first);
  closeSync(fd);
  const copy = closeLater(fromFd(b));
  expect(copy.fileno()).toBe(fd);
  const slot = engine.watch(fd, MODE_READY, EVENT_READ, second);
  engine.release(old);
  expect(engine.handlerOf(fd)).toBe(second);
  engine.release(slot);
  expect(engine.handlerOf(fd)).toBeUndefined();
});

test('what is readable and writable is reported one after the other', () => {
  const engine = newEngine();
  const [a, b] = newPair();
  const { handler, delivered } = recorder();
  engine.watch(a.fileno(), MODE_READY, EVENT_READ | EVENT_WRITE, handler);
  b.sendall(Buffer.from('x'));
  engine.poll();
  expect(delivered).toEqual([
    ['ready', EVENT_READ],
    ['ready', EVENT_WRITE],
  ]);
});
