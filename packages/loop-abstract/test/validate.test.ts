import { ValueError } from '@bight/loop-abstract';
import {
  checkArgs,
  checkBufferSize,
  checkBytes,
  checkCallback,
  checkInteger,
  checkOption,
  checkOptions,
  checkSeconds,
  checkString,
  checkTimeout,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { describe, expect, test } from '@jest/globals';

describe('typeError and valueError', () => {
  test('name the argument, what was expected and what it is', () => {
    expect(typeError('host', 'a string', 5)).toEqual(new TypeError('host must be a string, not 5'));
    const error = valueError('port', 'at most 65535', 70_000);
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toBe('port must be at most 65535, not 70000');
  });
});

describe('checkCallback', () => {
  test('accepts functions and classes', () => {
    for (const value of [() => {}, async () => {}, function* () {}, class {}]) checkCallback(value);
  });

  test.each([[undefined], [null], ['print'], [{}], [Promise.resolve()]])('rejects %p', (value) => {
    expect(() => checkCallback(value)).toThrow(TypeError);
    expect(() => checkCallback(value, 'protocolFactory')).toThrow(
      /^protocolFactory must be a function, not /,
    );
  });
});

describe('checkArgs', () => {
  test('takes none for no arguments', () => {
    expect(checkArgs(undefined)).toEqual([]);
    expect(checkArgs(null)).toEqual([]);
  });

  test('returns an array as it is', () => {
    const args = [1, 'x'];
    expect(checkArgs(args)).toBe(args);
  });

  test.each([['ab'], [5], [{ 0: 1, length: 1 }], [new Set([1])]])('rejects %p', (value) => {
    expect(() => checkArgs(value)).toThrow(TypeError);
    expect(() => checkArgs(value)).toThrow(/^args must be an array with the arguments of the callback, not /);
  });
});

describe('checkSeconds', () => {
  test.each([0, -0, 1.5, -3, 1e12, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'accepts %p',
    (value) => {
      expect(checkSeconds(value, 'delay')).toBe(value);
    },
  );

  test('rejects NaN as a value', () => {
    expect(() => checkSeconds(Number.NaN, 'delay')).toThrow(ValueError);
    expect(() => checkSeconds(Number.NaN, 'delay')).toThrow('delay must be a number of seconds, not NaN');
  });

  test.each([['1'], [1n], [null], [undefined], [new Date(0)], [true]])('rejects %p as a type', (value) => {
    expect(() => checkSeconds(value, 'delay')).toThrow(TypeError);
    expect(() => checkSeconds(value, 'delay')).toThrow(/^delay must be a number of seconds, not /);
  });
});

describe('checkTimeout', () => {
  test('takes null and undefined for no limit', () => {
    expect(checkTimeout(null)).toBeNull();
    expect(checkTimeout(undefined)).toBeNull();
  });

  test('checks everything else as seconds', () => {
    expect(checkTimeout(0)).toBe(0);
    expect(() => checkTimeout(Number.NaN)).toThrow('timeout must be a number of seconds, not NaN');
    expect(() => checkTimeout('5', 'sslHandshakeTimeout')).toThrow(/^sslHandshakeTimeout must be /);
  });
});

describe('checkBufferSize', () => {
  test('takes null and undefined for all items at once', () => {
    expect([checkBufferSize(null), checkBufferSize(undefined), checkBufferSize(3)]).toEqual([null, null, 3]);
  });

  test('refuses what is no integer of at least 1', () => {
    for (const value of ['3', 1.5, Number.POSITIVE_INFINITY])
      expect(() => checkBufferSize(value)).toThrow(TypeError);
    expect(() => checkBufferSize(0)).toThrow(ValueError);
  });
});

describe('checkInteger', () => {
  test('accepts its bounds', () => {
    expect(checkInteger(0, 'port', { min: 0, max: 65_535 })).toBe(0);
    expect(checkInteger(65_535, 'port', { min: 0, max: 65_535 })).toBe(65_535);
    expect(checkInteger(-5, 'n')).toBe(-5);
  });

  test.each([-1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('rejects the value %p', (value) => {
    expect(() => checkInteger(value, 'port', { min: 0, max: 65_535 })).toThrow(ValueError);
    expect(() => checkInteger(value, 'port', { min: 0, max: 65_535 })).toThrow(
      `port must be an integer from 0 to 65535, not ${value}`,
    );
  });

  test.each([['80'], [80n], [null], [undefined], [{}]])('rejects the type of %p', (value) => {
    expect(() => checkInteger(value, 'port')).toThrow(TypeError);
  });

  test('names the bounds in the message', () => {
    expect(() => checkInteger(0.5, 'n')).toThrow('n must be an integer, not 0.5');
    expect(() => checkInteger(0, 'n', { min: 1 })).toThrow('n must be an integer of at least 1, not 0');
    expect(() => checkInteger(9, 'n', { max: 8 })).toThrow('n must be an integer of at most 8, not 9');
  });
});

describe('checkBytes', () => {
  test('returns a Buffer or Uint8Array as it is', () => {
    for (const bytes of [Buffer.from('abc'), new Uint8Array(3)]) expect(checkBytes(bytes)).toBe(bytes);
  });

  test('gives a view of the same memory for the other views', () => {
    const memory = new ArrayBuffer(16);
    for (const view of [
      new DataView(memory, 4, 8),
      new Uint32Array(memory, 4, 2),
      new Int8Array(memory, 4, 8),
    ]) {
      const bytes = checkBytes(view);
      expect(bytes).toBeInstanceOf(Uint8Array);
      expect([bytes.buffer, bytes.byteOffset, bytes.byteLength]).toEqual([memory, 4, 8]);
      expect(bytes.buffer).toBe(memory);
    }
  });

  test('accepts a view of shared memory', () => {
    const view = new Uint16Array(new SharedArrayBuffer(4));
    expect(checkBytes(view).byteLength).toBe(4);
  });

  test('rejects a string, and names the way to make bytes of it', () => {
    expect(() => checkBytes('hello')).toThrow(TypeError);
    expect(() => checkBytes('hello')).toThrow(
      'data must be bytes (a Buffer, typed array or DataView) such as Buffer.from(text), not "hello"',
    );
  });

  test('rejects an ArrayBuffer, and names the way to make a view of it', () => {
    expect(() => checkBytes(new ArrayBuffer(1), 'buf')).toThrow(
      /^buf must be .* such as new Uint8Array\(buffer\), not /,
    );
  });

  test.each([[null], [undefined], [5], [[1, 2]], [{ length: 1 }]])('rejects %p', (value) => {
    expect(() => checkBytes(value)).toThrow(TypeError);
  });
});

describe('checkString', () => {
  test('accepts strings only', () => {
    expect(checkString('', 'host')).toBe('');
    expect(() => checkString(5, 'host')).toThrow('host must be a string, not 5');
  });
});

describe('checkOptions', () => {
  test('takes null and undefined for no options', () => {
    expect(checkOptions<{ a: number }>(null, ['a']).a).toBeUndefined();
    expect(checkOptions<{ a: number }>(undefined, ['a']).a).toBeUndefined();
  });

  test('returns an object as it is', () => {
    const options = { a: 1 };
    expect(checkOptions(options, ['a'])).toBe(options);
  });

  test.each([['x'], [5], [[]], [() => {}]])('rejects %p', (value) => {
    expect(() => checkOptions(value as object, [])).toThrow(TypeError);
  });

  test.each([
    ['sead', 'did you mean "seed"?'],
    ['server_hostname', 'did you mean "serverHostname"?'],
    ['SERVERHOSTNAME', 'did you mean "serverHostname"?'],
    ['serverName', 'did you mean "serverHostname"?'],
    ['prot', 'did you mean "port"?'],
    ['time', 'did you mean "timeout"?'],
    ['x', 'the options are "seed", "serverHostname", "port", "timeout"'],
    ['constructor', 'the options are "seed", "serverHostname", "port", "timeout"'],
  ])('refuses %s: %s', (name, hint) => {
    const known = ['seed', 'serverHostname', 'port', 'timeout'] as never[];
    expect(() => checkOptions({ seed: 1, [name]: undefined }, known)).toThrow(
      new TypeError(`unknown option "${name}": ${hint}`),
    );
  });
});

describe('checkOption', () => {
  test('takes null and undefined for no options, and returns an object as it is', () => {
    const options = { loop: 1 };
    expect(checkOption<{ loop: number }>(null, 'loop').loop).toBeUndefined();
    expect(checkOption<{ loop: number }>(undefined, 'loop').loop).toBeUndefined();
    expect(checkOption(options, 'loop')).toBe(options);
  });

  test.each([['x'], [5], [[]], [() => {}], [{ lop: 1 }], [{ loop: 1, other: 2 }]])(
    'refuses %p as checkOptions does',
    (value) => {
      expect(messageOf(() => checkOption(value as object, 'loop' as never))).toBe(
        messageOf(() => checkOptions(value as object, ['loop'] as never[])),
      );
    },
  );

  function messageOf(check: () => unknown): string {
    try {
      check();
    } catch (error) {
      return String(error);
    }
    throw new Error('was not refused');
  }
});
