import { RuntimeError } from '@bight/loop-abstract';
import { checkBytes, checkInteger } from '@bight/loop-abstract/validate';
import type { StoredFile } from './stored-file.js';

/** What an open file asks of its disk. */
export interface FileWork {
  /** Waits for a read or a write. */
  work(): PromiseLike<unknown>;
  /** Waits for a synchronization. */
  sync(): PromiseLike<unknown>;
}

/** An open file of a simulated disk, with the methods of Node's `FileHandle` that a log or a database needs. */
export class DiskFile {
  readonly #stored: StoredFile;
  readonly #appends: boolean;
  readonly #disk: FileWork;
  #position = 0;
  #isClosed = false;

  /** @internal */
  constructor(stored: StoredFile, appends: boolean, disk: FileWork) {
    this.#stored = stored;
    this.#appends = appends;
    this.#disk = disk;
  }

  /**
   * Reads up to so many bytes.
   *
   * @param position - where; by default behind what was read or written last
   */
  async read(length: number, position: number | null = null): Promise<Buffer> {
    checkInteger(length, 'length', { min: 0 });
    checkPosition(position);
    await this.#ready();
    const begin = position ?? this.#position;
    const bytes = Buffer.from(this.#stored.contents.subarray(begin, begin + length));
    if (position === null) this.#position += bytes.length;
    return bytes;
  }

  /** The whole contents. */
  async readFile(): Promise<Buffer> {
    await this.#ready();
    return Buffer.from(this.#stored.contents);
  }

  /**
   * Writes all of the bytes. They are on the disk for certain after {@link sync} only.
   *
   * @param position - where; by default behind what was read or written last, or at the end of a file that is open for
   *   appending
   */
  async write(data: Uint8Array, position: number | null = null): Promise<void> {
    const bytes = Buffer.from(checkBytes(data, 'data'));
    checkPosition(position);
    await this.#ready();
    const begin = this.#appends ? this.#stored.contents.length : (position ?? this.#position);
    this.#stored.write(bytes, begin);
    if (position === null) this.#position = begin + bytes.length;
  }

  /** Makes the file so many bytes long. */
  async truncate(length = 0): Promise<void> {
    checkInteger(length, 'length', { min: 0 });
    await this.#ready();
    this.#stored.truncate(length);
  }

  /** Brings everything that was written to the disk. */
  async sync(): Promise<void> {
    this.#checkOpen();
    await this.#disk.sync();
    this.#stored.sync();
  }

  /** The same as {@link sync}. */
  datasync(): Promise<void> {
    return this.sync();
  }

  /** How long the file is, in bytes. */
  async stat(): Promise<{ size: number }> {
    await this.#ready();
    return { size: this.#stored.contents.length };
  }

  /** Closes the file. What was written and not synchronized is not safe by that. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ready(): Promise<void> {
    this.#checkOpen();
    await this.#disk.work();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RuntimeError('the file is closed');
  }
}

function checkPosition(position: number | null): void {
  if (position !== null) checkInteger(position, 'position', { min: 0 });
}
