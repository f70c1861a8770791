import { BaseTransport, ReadTransport, Transport, WriteTransport } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import {
  coreOf,
  ReadStreamTransport,
  StreamTransport,
  WriteStreamTransport,
} from '@bight/loop-core/low-level';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { membersOf } from '../../../../test/support/members.js';
import { fakeTransport } from '../support/fake-channel.js';

let loop: CoreEventLoop;

beforeEach(() => {
  loop = new CoreEventLoop();
});

afterEach(() => loop.close());

describe.each([
  ['StreamTransport', StreamTransport, Transport],
  ['ReadStreamTransport', ReadStreamTransport, ReadTransport],
  ['WriteStreamTransport', WriteStreamTransport, WriteTransport],
] as const)('%s', (_name, Class, Abstract) => {
  const make = () => new Class(fakeTransport({ loop, protocol: {} }).core);

  test('has the members of its abstract class, and no others', () => {
    expect(membersOf(make())).toEqual(membersOf(Abstract.prototype));
  });

  test('implements them all', () => {
    const transport = make() as unknown as Record<string, (argument?: unknown) => unknown>;
    for (const name of membersOf(Abstract.prototype)) {
      const argument = { write: Buffer.alloc(1), writelines: [], setProtocol: {}, setReceiveMode: 'kept' }[
        name
      ];
      expect(() => transport[name]!(argument)).not.toThrow();
    }
  });

  test('is an instance of the abstract classes for its directions', () => {
    const classes = [BaseTransport, ReadTransport, WriteTransport, Transport];
    const instance = make();
    const expected = classes.filter(
      (other) => other === BaseTransport || Abstract === Transport || other === Abstract,
    );
    expect(classes.filter((other) => instance instanceof other)).toEqual(expected);
  });

  test('shows its state in a line', () => {
    const transport = make();
    expect(String(transport)).toBe(`<${Class.name} reading fd=7>`);
    transport.close();
    expect(String(transport)).toBe(`<${Class.name} closing fd=7>`);
  });

  test('has an inner object, which other values have not', () => {
    expect(coreOf(make())).not.toBeNull();
    for (const value of [null, undefined, 1, {}, loop]) expect(coreOf(value)).toBeNull();
  });
});
