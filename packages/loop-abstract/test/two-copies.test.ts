import * as first from '@bight/loop-abstract';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';

let second: typeof first;

beforeAll(async () => {
  jest.resetModules();
  second = await import('@bight/loop-abstract');
});

test('the two copies are two', () => {
  expect(second.CancelledError).not.toBe(first.CancelledError);
  expect(second.Transport).not.toBe(first.Transport);
});

describe('instanceof', () => {
  test('knows the errors of the other copy', () => {
    expect(new second.CancelledError()).toBeInstanceOf(first.CancelledError);
    expect(new first.CancelledError()).toBeInstanceOf(second.CancelledError);
  });

  test('knows them by their bases, too', () => {
    const error = new second.IncompleteReadError(Buffer.alloc(0), 1);
    expect(error).toBeInstanceOf(first.IncompleteReadError);
    expect(error).toBeInstanceOf(first.EOFError);
    expect(new second.NotImplementedError()).toBeInstanceOf(first.RuntimeError);
  });

  test('knows the subclasses of the other copy', () => {
    class Own extends second.Transport {}
    const transport = new Own();
    expect(transport).toBeInstanceOf(first.Transport);
    expect(transport).toBeInstanceOf(first.WriteTransport);
    expect(transport).toBeInstanceOf(first.ReadTransport);
    expect(transport).toBeInstanceOf(first.BaseTransport);
    expect(transport).not.toBeInstanceOf(first.DatagramTransport);
  });

  test('distinguishes a subclass from its base and from its siblings', () => {
    class Own extends first.CancelledError {}
    class Other extends first.CancelledError {}
    expect(new Own()).toBeInstanceOf(first.CancelledError);
    expect(new Own()).toBeInstanceOf(Own);
    expect(new Own()).not.toBeInstanceOf(Other);
    expect(new first.CancelledError()).not.toBeInstanceOf(Own);
    expect(new second.CancelledError()).not.toBeInstanceOf(Own);
  });

  test('distinguishes the error classes', () => {
    expect(new second.CancelledError()).not.toBeInstanceOf(first.TimeoutError);
    expect(new Error('x')).not.toBeInstanceOf(first.CancelledError);
    for (const value of [null, undefined, 'CancelledError', 1, {}, () => {}]) {
      expect(value instanceof (first.CancelledError as Function)).toBe(false);
    }
  });
});
