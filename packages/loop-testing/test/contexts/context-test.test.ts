import { ContextVar } from '@bight/contextvars';
import { expect, test } from '@jest/globals';
import { contextTest } from '../../src/index.js';

test('a test of contextTest() has a context of its own', async () => {
  const name = new ContextVar('name', { default: 'none' });
  const bodies: (() => Promise<void>)[] = [];
  const seen: string[] = [];
  const register = contextTest((title, body) => {
    bodies.push(body);
    return `registered ${title}`;
  });
  const body = async () => {
    seen.push(name.get());
    name.set('set');
    await null;
    seen.push(name.get());
  };
  expect(register('one', body)).toBe('registered one');
  register('two', body);
  name.set('outer');
  await Promise.all(bodies.map((run) => run()));
  expect(seen).toEqual(['outer', 'outer', 'set', 'set']);
  expect(name.get()).toBe('outer');
});

test('contextTest() passes on what a body throws', async () => {
  let run = async () => {};
  contextTest((_, body) => {
    run = body;
  })('a test', () => {
    throw new Error('of the body');
  });
  await expect(run()).rejects.toThrow('of the body');
});

test('contextTest() refuses what are no functions', () => {
  expect(() => contextTest(null as never)).toThrow(/^test must be a function/);
  expect(() => contextTest(() => {})('a test', null as never)).toThrow(/^body must be a function/);
});
