import type { Random } from '../random/random.js';

// What a disk writes as a whole.
const SECTOR_BYTES = 512;

interface Write {
  readonly position: number;
  /** `null` when the file was cut off there. */
  readonly bytes: Buffer | null;
}

/** The contents of a file: what is on the disk for certain, and what has been written since. */
export class StoredFile {
  #durable: Buffer = Buffer.alloc(0);
  #unsynced: Write[] = [];
  /** What code reads. */
  contents: Buffer = Buffer.alloc(0);

  write(bytes: Buffer, position: number): void {
    this.#note({ position, bytes: Buffer.from(bytes) });
  }

  truncate(length: number): void {
    this.#note({ position: length, bytes: null });
  }

  sync(): void {
    this.#durable = this.contents;
    this.#unsynced = [];
  }

  /**
   * The power fails: of what was not synchronized each write may have come to the disk, or not, or a part of its
   * sectors.
   */
  crash(random: Random): void {
    let contents = this.#durable;
    for (const write of this.#unsynced) {
      if (random.chance(0.5)) continue;
      const { bytes } = write;
      const isTorn = bytes !== null && bytes.length > SECTOR_BYTES && random.chance(0.5);
      const kept = isTorn
        ? SECTOR_BYTES * (1 + random.below(Math.floor((bytes.length - 1) / SECTOR_BYTES)))
        : 0;
      contents = applied(contents, isTorn ? { ...write, bytes: bytes.subarray(0, kept) } : write);
    }
    this.contents = contents;
    this.sync();
  }

  #note(write: Write): void {
    this.#unsynced.push(write);
    this.contents = applied(this.contents, write);
  }
}

function applied(contents: Buffer, { position, bytes }: Write): Buffer {
  const length = bytes === null ? position : Math.max(contents.length, position + bytes.length);
  const next = Buffer.alloc(length);
  contents.copy(next);
  if (bytes !== null) bytes.copy(next, position);
  return next;
}
