import { Buffer } from 'node:buffer';
import { markAsUntransferable } from 'node:worker_threads';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { ReceiveBlocks } from './receive-blocks.js';

/** Fills the place of a removed piece. */
const GONE = Buffer.alloc(0);

let none: Buffer | undefined;

/** No bytes; all readers give the same, which is made at the first use: threads cost a program that has none 2 MB. */
export function nothing(): Buffer {
  if (none === undefined) {
    none = Buffer.alloc(0);
    markAsUntransferable(none.buffer);
  }
  return none;
}

/** Pieces of at most this many bytes are copied together: a thousand would cost a thousand objects otherwise. */
const SMALL_BYTES = 1024;
const SMALLEST_TAIL_BYTES = 256;
const LARGEST_TAIL_BYTES = 8 * 1024;

/**
 * Small parts of a large piece are cut from a copy of this many of its bytes; parts above the other limit are copied
 * alone.
 */
const BLOCK_BYTES = 8 * 1024;
const LARGEST_PART_BYTES = 2 * 1024;

/** A front part of the list that is used up is cut off when it is at least this long, and half of all. */
const SMALLEST_CUT = 32;

/**
 * Bytes that have come in and have not been taken: the pieces as they came, joined only when what is taken spans
 * several of them. No operation's work depends on how many pieces wait, except for what it takes or searches.
 */
export class ByteQueue {
  /** The pieces, from `#head` on. */
  #pieces: Buffer[] = [];
  #head = 0;
  #length = 0;
  /**
   * How much of the first piece was taken: a `Buffer` of the rest, made for each small part, would cost as much as the
   * part.
   */
  #offset = 0;

  /**
   * Where small pieces are gathered, up to `#tailEnd`; `#tailView` is the part of it that is the last piece.
   */
  #tail: Buffer | null = null;
  #tailStart = 0;
  #tailSealed = 0;
  #tailEnd = 0;
  #tailView: Buffer | null = null;

  /** Whose memory belongs to this queue's pieces; `null` until bytes were copied. */
  #blocks: ReceiveBlocks | null = null;

  /** What small parts of the first piece are cut from: a copy of its bytes, and how many of them were taken. */
  #block: Buffer | null = null;
  #blockUsed = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds a piece at the end. The queue keeps it, unless it is small. */
  push(piece: Buffer): void {
    const isFirst = this.#length === 0;
    this.#length += piece.length;
    if (isFirst || piece.length > SMALL_BYTES) {
      this.#seal();
      this.#pieces.push(piece);
    } else {
      this.#gather(piece);
    }
  }

  /** Adds a copy of bytes at the end, in memory that is used again when they were taken. */
  pushCopy(bytes: Buffer): void {
    this.#seal();
    this.#blocks ??= new ReceiveBlocks();
    const pieces = this.#pieces;
    for (let done = 0; done < bytes.length; ) {
      const last = pieces.length - 1;
      const before = pieces[last];
      const longer = before === undefined ? null : this.#blocks.extend(before, bytes, done);
      if (longer !== null) {
        pieces[last] = longer;
        done += longer.length - (before as Buffer).length;
      } else {
        const piece = this.#blocks.begin(bytes, done);
        pieces.push(piece);
        done += piece.length;
      }
    }
    this.#length += bytes.length;
  }

  /** Adds bytes at the front. */
  unread(piece: Buffer): void {
    this.#seal();
    this.#cutOffset();
    this.#block = null;
    this.#length += piece.length;
    const first = this.#pieces[this.#head];
    if (first !== undefined && first.length + piece.length <= SMALL_BYTES) {
      this.#pieces[this.#head] = unpooledCopy(piece, first);
      this.#blocks?.release(first);
      return;
    }
    if (this.#head === 0) {
      // Room for as many more as there are: twice as many cost twice as much.
      const room = this.#pieces.length + 1;
      this.#pieces = new Array<Buffer>(room).fill(GONE).concat(this.#pieces);
      this.#head = room;
    }
    this.#pieces[--this.#head] = piece;
  }

  /** Moves everything from another queue to the end of this one. */
  append(other: ByteQueue): void {
    other.#seal();
    other.#cutOffset();
    const pieces = other.#pieces;
    for (let index = other.#head; index < pieces.length; index++) this.push(pieces[index] as Buffer);
    other.clear();
  }

  /** Takes `count` bytes from the front; all, if there are fewer. */
  take(count: number): Buffer {
    this.#seal();
    const first = this.#pieces[this.#head];
    if (first === undefined || count <= 0) return nothing();
    const rest = first.length - this.#offset;
    if (count < rest) {
      const taken = this.#cut(first, count);
      this.#offset += count;
      this.#length -= count;
      if (!costsLittle(first, rest - count)) this.#cutOffset();
      return taken;
    }
    if (count === rest || this.#length === rest) {
      this.#cutOffset();
      const whole = this.#pieces[this.#head] as Buffer;
      // All of a piece goes to one owner: a copy of its own need not be kept from being transferred, as a shared block
      // must.
      const isWhole = costsLittle(whole, rest) && this.#blocks?.has(whole) !== true;
      const taken = isWhole ? whole : this.#block === null ? unpooledCopy(whole) : this.#cut(whole, rest);
      this.#length -= rest;
      this.#dropFirst();
      return taken;
    }
    this.#cutOffset();
    return this.#takeSeveral(Math.min(count, this.#length));
  }

  /**
   * A part of the first piece, for the caller to keep: it shares no memory with what stays in the queue and could be
   * transferred away with it, and does not keep a large piece for a small part. A block is copied for many small parts,
   * not each part.
   */
  #cut(first: Buffer, count: number): Buffer {
    const start = this.#blockUsed;
    // The memory of a block that was detached all the same has no length.
    if (this.#block === null || start + count > this.#block.length) {
      const offset = this.#offset;
      const isSmall = first.buffer.byteLength <= BLOCK_BYTES;
      if (count > LARGEST_PART_BYTES && !isSmall) {
        this.#block = null;
        return unpooledCopy(first.subarray(offset, offset + count));
      }
      const block = isSmall ? first : unpooledCopy(first.subarray(offset, offset + BLOCK_BYTES));
      const begin = isSmall ? offset : 0;
      markAsUntransferable(block.buffer);
      this.#block = block;
      this.#blockUsed = begin + count;
      return block.subarray(begin, begin + count);
    }
    this.#blockUsed += count;
    return this.#block.subarray(start, start + count);
  }

  /** A copy of up to `count` bytes at the front, which stay. */
  peek(count: number): Buffer {
    this.#seal();
    return this.#copy(this.#head, this.#offset, Math.min(count, this.#length));
  }

  /**
   * Where `separator` begins, looking from `from` on; -1 unless it is there and ends at `until` or before.
   */
  indexOf(separator: Buffer, from: number, until = this.#length): number {
    this.#seal();
    const first = this.#pieces[this.#head];
    if (first === undefined || until - from < separator.length) return -1;
    const offset = this.#offset;
    if (first.length - offset === until) {
      const found = find(first, separator, offset + from);
      return found < 0 ? -1 : found - offset;
    }
    this.#cutOffset();
    return this.#search(separator, from, until);
  }

  /** Drops everything. */
  clear(): void {
    this.#length = 0;
    this.#pieces = [];
    this.#head = 0;
    this.#offset = 0;
    this.#block = null;
    this.#blocks = null;
    this.#dropTail();
  }

  #gather(piece: Buffer): void {
    const tail = this.#tail;
    if (tail === null || this.#tailEnd + piece.length > tail.length) {
      this.#seal();
      const wanted = Math.min(Math.max(2 * (tail?.length ?? 0), SMALLEST_TAIL_BYTES), LARGEST_TAIL_BYTES);
      this.#dropTail();
      this.#tail = Buffer.allocUnsafeSlow(Math.max(wanted, piece.length));
    }
    piece.copy(this.#tail as Buffer, this.#tailEnd);
    this.#tailEnd += piece.length;
  }

  /** Puts what was gathered among the pieces. */
  #seal(): void {
    if (this.#tailSealed === this.#tailEnd) return;
    const pieces = this.#pieces;
    const last = pieces.length - 1;
    const isLast = last >= this.#head && pieces[last] === this.#tailView;
    if (!isLast) this.#tailStart = this.#tailSealed;
    const view = (this.#tail as Buffer).subarray(this.#tailStart, this.#tailEnd);
    if (isLast) pieces[last] = view;
    else pieces.push(view);
    this.#tailView = view;
    this.#tailSealed = this.#tailEnd;
  }

  #dropTail(): void {
    this.#tail = null;
    this.#tailView = null;
    this.#tailStart = this.#tailSealed = this.#tailEnd = 0;
  }

  /** Makes the rest of the first piece the first piece. */
  #cutOffset(): void {
    const offset = this.#offset;
    if (offset === 0) return;
    this.#offset = 0;
    const first = this.#pieces[this.#head] as Buffer;
    this.#replaceFirst(first, first.subarray(offset));
  }

  #replaceFirst(first: Buffer, rest: Buffer): void {
    // A little that is left of much is copied. Each time it is less than half, so all of these copies cost less than
    // one of all.
    const isCopied = !costsLittle(rest, rest.length);
    this.#pieces[this.#head] = isCopied ? unpooledCopy(rest) : rest;
    if (isCopied) this.#blocks?.release(first);
    if (first !== this.#tailView) return;
    this.#tailStart += first.length - rest.length;
    this.#tailView = rest;
  }

  #dropFirst(): void {
    this.#blocks?.release(this.#pieces[this.#head] as Buffer);
    this.#block = null;
    this.#offset = 0;
    if (this.#head === this.#pieces.length - 1) {
      // An array that is popped keeps its room for the next piece.
      if (this.#head === 0) this.#pieces.pop();
      else this.#pieces = [];
      this.#head = 0;
      this.#dropTail();
      return;
    }
    this.#pieces[this.#head++] = GONE;
    if (this.#head >= SMALLEST_CUT && this.#head * 2 >= this.#pieces.length) {
      this.#pieces = this.#pieces.slice(this.#head);
      this.#head = 0;
    }
  }

  #takeSeveral(count: number): Buffer {
    this.#block = null;
    const taken = this.#copy(this.#head, 0, count);
    this.#length -= count;
    let rest = count;
    while (rest > 0) {
      const first = this.#pieces[this.#head] as Buffer;
      if (first.length > rest) {
        this.#replaceFirst(first, first.subarray(rest));
        break;
      }
      rest -= first.length;
      this.#dropFirst();
    }
    return taken;
  }

  /**
   * Copies `count` bytes, of the pieces from one on, beginning `offset` bytes into that. The pieces must have that
   * many.
   */
  #copy(piece: number, offset: number, count: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(count);
    let done = 0;
    for (let index = piece, start = offset; done < count; index++, start = 0)
      done += (this.#pieces[index] as Buffer).copy(copy, done, start);
    return copy;
  }

  /** Searches several pieces. The part that was searched before is skipped from the end, where the new bytes are. */
  #search(separator: Buffer, from: number, until: number): number {
    const pieces = this.#pieces;
    let index = pieces.length - 1;
    let offset = this.#length - (pieces[index] as Buffer).length;
    while (offset > from) offset -= (pieces[--index] as Buffer).length;
    for (; index < pieces.length && offset + separator.length <= until; index++) {
      const piece = pieces[index] as Buffer;
      const start = Math.max(0, from - offset);
      const inside = offset + piece.length > until ? piece.subarray(0, until - offset) : piece;
      const found = find(inside, separator, start);
      if (found >= 0) return offset + found;
      // It may begin in this piece and end in a later one.
      const seamStart = Math.max(start, piece.length - separator.length + 1);
      const seamEnd = Math.min(offset + piece.length + separator.length - 1, until);
      const seamBytes = seamEnd - offset - seamStart;
      if (seamStart < piece.length && seamBytes >= separator.length) {
        const across = find(this.#copy(index, seamStart, seamBytes), separator, 0);
        if (across >= 0) return offset + seamStart + across;
      }
      offset += piece.length;
    }
    return -1;
  }
}

/** Whether keeping the memory of a piece for `used` bytes of it costs at most twice their size, and a block. */
function costsLittle(piece: Buffer, used: number): boolean {
  return piece.buffer.byteLength <= 2 * used + BLOCK_BYTES;
}

function find(piece: Buffer, separator: Buffer, from: number): number {
  return separator.length === 1
    ? piece.indexOf(separator[0] as number, from)
    : piece.indexOf(separator, from);
}
