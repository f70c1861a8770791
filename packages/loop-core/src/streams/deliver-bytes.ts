import type { Buffer } from 'node:buffer';
import type { StreamSink } from './channel.js';

/** Copies bytes out of memory that is used again. */
export interface Keeper {
  /** A copy of the bytes. */
  copy(bytes: Buffer): Buffer;
}

/**
 * Delivers bytes that a driver has already received: into the reader's own memory, where it has some.
 *
 * @param bytes - what was received; a reader that borrows gets it as it is
 * @param keeper - copies what the reader keeps; `null` where the memory is the reader's to keep
 */
export function deliverBytes(sink: StreamSink, bytes: Buffer, keeper: Keeper | null): void {
  const memory = sink.hasMemory ? sink.memory() : null;
  if (memory === null) {
    sink.received(keeper === null || sink.isBorrowing ? bytes : keeper.copy(bytes));
    return;
  }
  if (bytes.length <= memory.length) {
    memory.set(bytes);
    sink.filled(bytes.length, null);
    return;
  }
  memory.set(bytes.subarray(0, memory.length));
  const rest = bytes.subarray(memory.length);
  sink.filled(memory.length, keeper === null ? rest : keeper.copy(rest));
}
