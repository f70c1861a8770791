import { isUtf8 } from 'node:buffer';
import { ValueError } from '@bight/loop-abstract';
import { typeError, valueError } from '@bight/loop-abstract/validate';

/** An argument of a program: text, or its bytes. */
export type Text = string | ArrayBufferView;

/**
 * A program's name, an argument or a path, as a string.
 *
 * @throws {TypeError} when it is neither a string nor bytes
 * @throws {ValueError} when it holds a null byte, or bytes that Node.js cannot pass on
 */
export function checkText(value: unknown, name: string): string {
  const text = decode(value, name);
  if (text.includes('\0')) throw valueError(name, 'without a null byte', value);
  return text;
}

function decode(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (!ArrayBuffer.isView(value)) throw typeError(name, 'a string or bytes', value);
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (!isUtf8(bytes))
    throw new ValueError(`${name} must be UTF-8: Node.js passes no other bytes to a program`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
