import type { Buffer } from 'node:buffer';

/**
 * Copies bytes into memory of their own. `Buffer.from()` and `Buffer.concat()` put small ones into a shared pool.
 *
 * @param bytes - what is copied
 * @param behind - what comes behind it
 */
export function unpooledCopy(bytes: Uint8Array, behind?: Uint8Array): Buffer {
  const copy = globalThis.Buffer.allocUnsafeSlow(bytes.length + (behind?.length ?? 0));
  copy.set(bytes);
  if (behind !== undefined) copy.set(behind, bytes.length);
  return copy;
}
