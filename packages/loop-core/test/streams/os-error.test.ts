import { runInNewContext } from 'node:vm';
import { asError, isOSError } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';

const withFields = (fields: object) => Object.assign(new Error('failed'), fields);
const foreign = (source: string): unknown => runInNewContext(source);

describe('isOSError()', () => {
  test.each([
    ['a system call', withFields({ syscall: 'read' })],
    ['an error number', withFields({ errno: -104 })],
    ['a code of the system', withFields({ code: 'ECONNRESET' })],
    ['a code of OpenSSL', withFields({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' })],
    ['a code of TLS', withFields({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
    ['another realm', foreign('Object.assign(new Error("failed"), { code: "EPIPE" })')],
  ])('accepts an error with %s', (_name, error) => {
    expect(isOSError(error)).toBe(true);
  });

  test.each([
    ['an error without fields', new Error('failed')],
    ['a code of Node', withFields({ code: 'ERR_INVALID_ARG_TYPE' })],
    ['an object that is no error', { code: 'EPIPE', errno: -32, syscall: 'write' }],
    ['nothing', undefined],
  ])('rejects %s', (_name, value) => {
    expect(isOSError(value)).toBe(false);
  });
});

describe('asError()', () => {
  test('returns errors as they are, those of other realms too', () => {
    const error = new TypeError('failed');
    expect(asError(error)).toBe(error);
    const other = foreign('new RangeError("failed")');
    expect(asError(other)).toBe(other);
  });

  test('wraps what is no error', () => {
    expect(asError('text')).toMatchObject({ message: 'non-error thrown: text', cause: 'text' });
    expect(asError({ message: 'looks like one' }).cause).toEqual({ message: 'looks like one' });
  });
});
