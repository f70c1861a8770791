import { constants } from 'node:os';
import type { Address } from '@bight/loop-abstract';
import { systemError } from '../binding/system-error.js';
import type { EngineHandler, UnsentDatagram } from './engine-handler.js';
import {
  HEADER_BATCH,
  HEADER_FLUSHED,
  HEADER_RECORDS,
  RECORD_CAPACITY,
  RECORD_WIDTH,
  RECORDS,
  RESULT_WIDTH,
  RESULTS,
} from './tables.js';
import { WOULD_BLOCK } from './transfer.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { queueMicrotask } = globalThis;
const nextTick = process.nextTick.bind(process);

/** How many bytes are queued before the queue is flushed in the middle of a batch, and how long a piece may be. */
export const ARENA_LENGTH: number = 256 * 1024;
/** In the place of the address: a piece of a stream. Datagrams to the other end of a connected socket have -1. */
export const STREAM = -2;
/** A piece of a stream that is encrypted when it goes out. */
export const SECURED = -3;
/** In the place of the bytes that were sent: the TLS connection has those that were not. */
const SPILLED = -1;
const NO_ROOM = -constants.errno.ENOBUFS;

/** What the queue needs of its engine. */
export interface WriteQueueOwner {
  /** Sends what is queued. @returns the number of failures */
  flushNow(): number;
  /** The handler that a slot's failures are reported to. */
  handlerOf(slot: number): EngineHandler | undefined;
  /** The address with an id; `null` for -1. */
  addressOf(id: number): Address | null;
  /** An exception of a handler. */
  report(error: unknown): void;
}

/** Room is being made for a slot's next piece. */
interface Push {
  readonly slot: number;
  /** Whether the system had no room for those before it. */
  isRefused: boolean;
  readonly outer: Push | null;
}

interface Failure {
  /** Whether it is one of a stream that is encrypted. */
  readonly isSecured: boolean;
  readonly slot: number;
  readonly result: number;
  readonly rest: Buffer | null;
  readonly datagrams: readonly UnsentDatagram[] | null;
}

/**
 * What goes out at the end of the batch. The bytes are copied one after the other into one piece of memory, the arena,
 * and records say whose they are, so that queueing needs no call into the addon, and the caller may use its memory
 * again.
 */
export class WriteQueue {
  /** The memory that the addon sends from. */
  readonly arena: Buffer = Buffer.allocUnsafeSlow(ARENA_LENGTH);
  readonly #words: Int32Array;
  readonly #owner: WriteQueueOwner;
  /** How often the queue went out, as far as this side knows. */
  flushCount = 0;
  #end = 0;
  #isScheduled = false;
  /** The flushes under way that make room for a slot's next piece, the innermost first. */
  #pushes: Push | null = null;

  constructor(words: Int32Array, owner: WriteQueueOwner) {
    this.#words = words;
    this.#owner = owner;
  }

  /** Whether anything is queued. */
  get isEmpty(): boolean {
    return this.#words[HEADER_RECORDS] === 0;
  }

  /** Queues a piece of a stream. @returns `false` if the system has just had no room for what was queued before it */
  push(slot: number, bytes: Uint8Array, kind: typeof STREAM | typeof SECURED): boolean {
    if (!this.makeRoom(slot, bytes.byteLength)) return false;
    const start = this.#copy(bytes);
    const words = this.#words;
    const count = words[HEADER_RECORDS]!;
    const last = RECORDS + (count - 1) * RECORD_WIDTH;
    if (count > 0 && words[last] === slot && words[last + 3] === kind) words[last + 2]! += bytes.byteLength;
    else this.#add(slot, start, bytes.byteLength, kind);
    return true;
  }

  /** Queues a datagram, for which there must be room; `address` is the id of one, or -1. */
  pushDatagram(slot: number, bytes: Uint8Array, address: number): void {
    this.#add(slot, this.#copy(bytes), bytes.byteLength, address);
  }

  /** Sends now what is queued. Failures are reported before it returns. */
  readonly flush = (): void => {
    this.#isScheduled = false;
    if (this.#words[HEADER_RECORDS] === 0) return;
    this.flushCount++;
    const failures = this.#owner.flushNow();
    if (failures > 0) this.settle(failures);
  };

  /** Reports to the handlers what the last flush could not send. */
  settle(failures: number): void {
    // They may queue and flush again, over the tables and the arena: everything is read before a handler is called.
    const all: Failure[] = [];
    for (let index = 0; index < failures; index++)
      all.push(this.#readFailure(RESULTS + index * RESULT_WIDTH));
    for (const { slot, result, rest, datagrams, isSecured } of all) {
      if (rest !== null || datagrams !== null || isSecured) this.#refuse(slot);
      const handler = this.#owner.handlerOf(slot);
      try {
        if (isSecured) handler?.unsentSecured?.(result === WOULD_BLOCK ? null : systemError(result, 'send'));
        else if (rest !== null)
          handler?.unsent?.(rest, result === WOULD_BLOCK ? null : systemError(result, 'send'));
        else if (datagrams !== null) handler?.unsentDatagrams?.(datagrams);
        else handler?.datagramFailed?.(systemError(result, 'sendto'));
      } catch (error) {
        this.#owner.report(error);
      }
    }
  }

  /**
   * Flushes what leaves no room for a piece of at most `ARENA_LENGTH` bytes.
   *
   * @returns whether there is room, and all of the slot's went out, so that what comes next may follow
   */
  makeRoom(slot: number, length: number): boolean {
    const words = this.#words;
    for (;;) {
      // The addon empties the queue at the end of a batch without notifying this side.
      if (words[HEADER_RECORDS] === 0) this.#end = 0;
      if (words[HEADER_RECORDS]! < RECORD_CAPACITY && this.#end + length <= ARENA_LENGTH) return true;
      if (!this.flushFor(slot)) return false;
    }
  }

  /** Sends now what is queued. @returns whether all of the slot's went out */
  flushFor(slot: number): boolean {
    const push: Push = { slot, isRefused: false, outer: this.#pushes };
    this.#pushes = push;
    try {
      this.flush();
    } finally {
      this.#pushes = push.outer;
    }
    return !push.isRefused;
  }

  #refuse(slot: number): void {
    for (let push = this.#pushes; push !== null; push = push.outer) {
      if (push.slot === slot) push.isRefused = true;
    }
  }

  /** @returns where the copy begins */
  #copy(bytes: Uint8Array): number {
    const start = this.#end;
    this.arena.set(bytes, start);
    this.#end = start + bytes.byteLength;
    return start;
  }

  #add(slot: number, start: number, length: number, address: number): void {
    const words = this.#words;
    const count = words[HEADER_RECORDS]!;
    const at = RECORDS + count * RECORD_WIDTH;
    words[at] = slot;
    words[at + 1] = start;
    words[at + 2] = length;
    words[at + 3] = address;
    words[HEADER_RECORDS] = count + 1;
    if (count === 0 && words[HEADER_BATCH] === 0) this.#schedule();
  }

  /** Outside of a batch, the queue goes out when the running callback and all that its promises caused are over. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => nextTick(this.flush));
  }

  #readFailure(at: number): Failure {
    const words = this.#words;
    const slot = words[at]!;
    const result = words[at + 1]!;
    const first = words[at + 3]!;
    const isSecured = words[at + 2] === SPILLED;
    if (isSecured) return { isSecured, slot, result, rest: null, datagrams: null };
    if (words[RECORDS + first * RECORD_WIDTH + 3] === STREAM) {
      return { isSecured, slot, result, rest: this.#unsentBytes(slot, words[at + 2]!), datagrams: null };
    }
    const isFull = result === WOULD_BLOCK || result === NO_ROOM;
    return {
      isSecured,
      slot,
      result,
      rest: null,
      datagrams: isFull ? this.#unsentDatagrams(slot, first) : null,
    };
  }

  #unsentBytes(slot: number, sent: number): Buffer {
    const pieces: Buffer[] = [];
    let skipped = sent;
    for (const [start, length] of this.#recordsOf(slot, 0)) {
      const skip = Math.min(skipped, length);
      skipped -= skip;
      if (skip < length) pieces.push(this.arena.subarray(start + skip, start + length));
    }
    return Buffer.concat(pieces);
  }

  #unsentDatagrams(slot: number, first: number): UnsentDatagram[] {
    const list: UnsentDatagram[] = [];
    for (const [start, length, address] of this.#recordsOf(slot, first)) {
      const data = Buffer.from(this.arena.subarray(start, start + length));
      list.push({ data, address: this.#owner.addressOf(address) });
    }
    return list;
  }

  *#recordsOf(slot: number, first: number): Generator<[start: number, length: number, address: number]> {
    const words = this.#words;
    for (let index = first; index < words[HEADER_FLUSHED]!; index++) {
      const at = RECORDS + index * RECORD_WIDTH;
      if (words[at] === slot) yield [words[at + 1]!, words[at + 2]!, words[at + 3]!];
    }
  }
}
