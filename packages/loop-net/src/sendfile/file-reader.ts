import { fstatSync, read, readFileSync, readSync } from 'node:fs';
import type { AbstractFuture, FileSource } from '@bight/loop-abstract';
import { descriptorOf } from '@bight/loop-abstract/validate';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { NetHostLoop } from '../driver/network.js';

/** How many bytes are skipped at once. */
const SKIP_BYTES = 256 * 1024;

/** lseek(2), from the beginning of the file. */
export type Seek = (fd: number, place: number) => void;

/**
 * Reads a file from a place in it, and moves the file's position by what has been used of that.
 *
 * Node has no lseek(2). Without it, data is read at an offset, which leaves the position alone; then the same bytes are
 * read again from the system's cache, only to advance the position. So the position moves forward alone: it never goes
 * back.
 */
export class FileReader {
  readonly #loop: NetHostLoop;
  readonly #fd: number;
  readonly #seek: Seek | null;
  /** Where the file's position is; `null` for what has none, such as a pipe. */
  #position: number | null;

  /** @param seek - where there is one */
  constructor(loop: NetHostLoop, file: FileSource, seek: Seek | null = null) {
    this.#loop = loop;
    this.#fd = descriptorOf(file, 'file');
    this.#seek = seek;
    this.#position = currentPosition(this.#fd);
  }

  /** Reads up to a buffer full; 0 at the end of the file. */
  read(into: Buffer, place: number): AbstractFuture<number> {
    const done = this.#loop.createFuture<number>();
    read(this.#fd, into, 0, into.length, this.#position === null ? null : place, (error, bytesRead) => {
      enterFromHost(this.#loop, settle, done, { error, bytesRead });
    });
    return done;
  }

  /** Moves the position to a place; without lseek(2), if that is ahead. */
  advanceTo(place: number): void {
    if (this.#position === null) return;
    if (this.#seek !== null) {
      this.#seek(this.#fd, place);
      return;
    }
    const scratch =
      place > this.#position ? Buffer.allocUnsafe(Math.min(place - this.#position, SKIP_BYTES)) : null;
    while (scratch !== null && this.#position < place) {
      const bytes = readSync(this.#fd, scratch, 0, Math.min(place - this.#position, scratch.length), null);
      if (bytes === 0) return;
      this.#position += bytes;
    }
  }
}

interface ReadResult {
  error: Error | null;
  bytesRead: number;
}

function settle(this: AbstractFuture<number>, { error, bytesRead }: ReadResult): void {
  if (this.done()) return;
  if (error === null) this.setResult(bytesRead);
  else this.setException(error);
}

/** Linux shows it; elsewhere a file is taken to be at its beginning. */
function currentPosition(fd: number): number | null {
  if (!fstatSync(fd).isFile()) return null;
  try {
    return Number(/^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
