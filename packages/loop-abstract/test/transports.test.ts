import {
  BaseTransport,
  DatagramTransport,
  NotImplementedError,
  ReadTransport,
  SubprocessTransport,
  Transport,
  WriteTransport,
} from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';

const BASE = ['getExtraInfo', 'isClosing', 'close', 'setProtocol', 'getProtocol'];
const READ = ['isReading', 'pauseReading', 'resumeReading', 'setReceiveMode'];
const LIMITS = ['setWriteBufferLimits', 'getWriteBufferSize', 'getWriteBufferLimits'];
const WRITE = [...LIMITS, 'write', 'writelines', 'writeEof', 'canWriteEof', 'abort'];
const PROCESS = ['getPid', 'getReturncode', 'getPipeTransport', 'sendSignal', 'terminate', 'kill'];

const CLASSES: [abstractClass: typeof BaseTransport, methods: string[]][] = [
  [BaseTransport, BASE],
  [ReadTransport, [...BASE, ...READ]],
  [WriteTransport, [...BASE, ...WRITE]],
  [Transport, [...BASE, ...READ, ...WRITE]],
  [DatagramTransport, [...BASE, ...LIMITS, 'sendto', 'abort']],
  [SubprocessTransport, [...BASE, ...PROCESS]],
];

describe.each(
  CLASSES.map(([abstractClass, methods]) => [abstractClass.name, abstractClass, methods] as const),
)('%s', (_name, abstractClass, methods) => {
  test('has the methods of the reference and no others', () => {
    expect(methodsOf(abstractClass.prototype)).toEqual([...methods].sort());
  });

  test('throws from each until it is overridden, naming class and method', () => {
    class Own extends abstractClass {}
    const transport = new Own() as unknown as Record<string, () => unknown>;
    for (const method of methods) {
      expect(() => transport[method]!()).toThrow(NotImplementedError);
      expect(() => transport[method]!()).toThrow(`Own does not implement ${method}()`);
    }
  });
});

test('a Transport is a ReadTransport and a WriteTransport, and these are not each other', () => {
  class Both extends Transport {}
  class Reader extends ReadTransport {}
  class Writer extends WriteTransport {}
  expect(new Both()).toBeInstanceOf(ReadTransport);
  expect(new Both()).toBeInstanceOf(WriteTransport);
  expect(new Reader()).not.toBeInstanceOf(WriteTransport);
  expect(new Writer()).not.toBeInstanceOf(ReadTransport);
  expect(new Writer()).not.toBeInstanceOf(Transport);
});

function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let level = prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
  }
  names.delete('constructor');
  return [...names].sort();
}
