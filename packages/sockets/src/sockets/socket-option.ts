import { checkBytes, checkInteger } from '@bight/loop-abstract/validate';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

const INT32 = { min: -0x80000000, max: 0x7fffffff };
const UINT32_MAX = 0xffffffff;
const LONGEST = 1024;

/** The bytes of an option's value: those given, or an integer or boolean as C's `int`. */
export function optionBytes(value: unknown): Uint8Array {
  if (typeof value === 'boolean') return integerBytes(value ? 1 : 0);
  if (ArrayBuffer.isView(value)) return checkBytes(value, 'value');
  return integerBytes(checkInteger(value, 'value', { min: INT32.min, max: UINT32_MAX }));
}

function integerBytes(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/**
 * Reads an option.
 *
 * @param buflen - how many bytes it may have, for one that is not an integer
 * @returns the integer, or with `buflen` the bytes
 */
export function readOption(fd: number, level: unknown, option: unknown, buflen: unknown): number | Buffer {
  const [of, name] = [checkInteger(level, 'level', INT32), checkInteger(option, 'option', INT32)];
  const { getOption } = native();
  if (buflen === undefined || buflen === null) {
    const integer = new Int32Array(1);
    check(getOption(fd, of, name, new Uint8Array(integer.buffer)), 'getsockopt');
    return integer[0]!;
  }
  const value = Buffer.alloc(checkInteger(buflen, 'buflen', { min: 1, max: LONGEST }));
  return value.subarray(0, check(getOption(fd, of, name, value), 'getsockopt'));
}
