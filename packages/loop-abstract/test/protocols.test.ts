import {
  BaseProtocol,
  BufferedProtocol,
  DatagramProtocol,
  isBufferedProtocol,
  NotImplementedError,
  Protocol,
  SubprocessProtocol,
} from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';

const BASE = ['connectionMade', 'connectionLost', 'pauseWriting', 'resumeWriting'];

describe.each([
  ['BaseProtocol', BaseProtocol, BASE],
  ['Protocol', Protocol, [...BASE, 'dataReceived', 'eofReceived']],
  ['BufferedProtocol', BufferedProtocol, [...BASE, 'bufferUpdated', 'eofReceived']],
  ['DatagramProtocol', DatagramProtocol, [...BASE, 'datagramReceived', 'errorReceived']],
  [
    'SubprocessProtocol',
    SubprocessProtocol,
    [...BASE, 'pipeDataReceived', 'pipeConnectionLost', 'processExited'],
  ],
] as const)('%s', (_name, protocolClass, methods) => {
  test.each(methods)('has a %s that does nothing', (method) => {
    const protocol = new protocolClass() as unknown as Record<string, () => unknown>;
    expect(protocol[method]!()).toBeUndefined();
  });

  test('is a BaseProtocol', () => {
    expect(new protocolClass()).toBeInstanceOf(BaseProtocol);
  });
});

test('a BufferedProtocol without a getBuffer() of its own throws', () => {
  class Own extends BufferedProtocol {}
  expect(() => new Own().getBuffer(-1)).toThrow(NotImplementedError);
  expect(() => new Own().getBuffer(-1)).toThrow(/^Own does not implement getBuffer\(\): /);
});

describe('isBufferedProtocol', () => {
  test('is true for a BufferedProtocol and for any object with getBuffer', () => {
    expect(isBufferedProtocol(new BufferedProtocol())).toBe(true);
    expect(isBufferedProtocol({ getBuffer: () => Buffer.alloc(1) })).toBe(true);
  });

  test('is false for a Protocol and for an object without getBuffer', () => {
    expect(isBufferedProtocol(new Protocol())).toBe(false);
    expect(isBufferedProtocol({})).toBe(false);
  });
});
