import type { Buffer } from 'node:buffer';
import { unpooledCopy } from '@bight/loop-abstract/low-level';

/** The byte that overwrites what a protocol had borrowed: no text, and no small number. */
export const POISON = 0xdb;

/**
 * Lends a copy of bytes, and overwrites it afterwards: a protocol that uses what it has borrowed too late is sure to
 * find other bytes there.
 */
export function lendPoisoned<T>(bytes: Buffer, receive: (this: T, bytes: Buffer) => void, self: T): void {
  const lent = unpooledCopy(bytes);
  try {
    receive.call(self, lent);
  } finally {
    // It may have been detached.
    if (lent.length > 0) lent.fill(POISON);
  }
}
