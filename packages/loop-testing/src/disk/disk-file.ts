import { checkBytes, checkInteger } from '@bight/loop-abstract/validate';
import { osError } from '../errors/os-errors.js';
import type { StoredFile } from './stored-file.js';

/** How a file is opened: for reading, for writing (made, or made empty), for both, for appending. */
export type OpenFlag = 'r' | 'r+' | 'w' | 'w+' | 'wx' | 'wx+' | 'a' | 'a+';

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
  readonly #flag: OpenFlag;
  readonly #disk: FileWork;
  #position = 0;
  #isClosed = false;

  /** @internal */
  constructor(stored: StoredFile, flag: OpenFlag, disk: FileWork) {
    this.#stored = stored;
    this.#flag = flag;
    this.#disk = disk;
  }

  /**
   * Reads up to `length` bytes.
   *
   * @param position - where; by default behind what was read or written last
   * @throws the system's error: `EBADF` where the file is not open for reading
   */
  async read(length: number, position: number | null = null): Promise<Buffer> {
    checkInteger(length, 'length', { min: 0 });
    checkPosition(position);
    this.#checkReadable('read');
    await this.#disk.work();
    const begin = position ?? this.#position;
    const bytes = Buffer.from(this.#stored.contents.subarray(begin, begin + length));
    if (position === null) this.#position += bytes.length;
    return bytes;
  }

  /**
   * The whole contents.
   *
   * @throws the system's error: `EBADF` where the file is not open for reading
   */
  async readFile(): Promise<Buffer> {
    this.#checkReadable('readFile');
    await this.#disk.work();
    return Buffer.from(this.#stored.contents);
  }

  /**
   * Writes all of the bytes. They are on the disk for certain after {@link sync} only.
   *
   * @param position - where; by default behind what was read or written last, or at the end of a file that is open for
   *   appending
   * @throws the system's error: `EBADF` where the file is not open for writing
   */
  async write(data: Uint8Array, position: number | null = null): Promise<void> {
    const bytes = Buffer.from(checkBytes(data, 'data'));
    checkPosition(position);
    this.#checkOpen('write');
    if (this.#flag === 'r') throw osError('EBADF', 'write');
    await this.#disk.work();
    const begin = this.#flag.startsWith('a') ? this.#stored.contents.length : (position ?? this.#position);
    this.#stored.write(bytes, begin);
    if (position === null) this.#position = begin + bytes.length;
  }

  /**
   * Sets the length of the file, in bytes.
   *
   * @throws the system's error: `EINVAL` where the file is not open for writing
   */
  async truncate(length = 0): Promise<void> {
    checkInteger(length, 'length', { min: 0 });
    this.#checkOpen('ftruncate');
    if (this.#flag === 'r') throw osError('EINVAL', 'ftruncate');
    await this.#disk.work();
    this.#stored.truncate(length);
  }

  /** Brings everything that was written to the disk. */
  async sync(): Promise<void> {
    this.#checkOpen('fsync');
    await this.#disk.sync();
    this.#stored.sync();
  }

  /** The same as {@link sync}. */
  datasync(): Promise<void> {
    return this.sync();
  }

  /** How long the file is, in bytes. */
  async stat(): Promise<{ size: number }> {
    this.#checkOpen('fstat');
    await this.#disk.work();
    return { size: this.#stored.contents.length };
  }

  /** Closes the file. That does not synchronize what was written. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #checkReadable(call: string): void {
    this.#checkOpen(call);
    if (this.#flag !== 'r' && !this.#flag.endsWith('+')) throw osError('EBADF', 'read');
  }

  /** The error is that of Node's `FileHandle`. */
  #checkOpen(syscall: string): void {
    if (this.#isClosed) throw Object.assign(new Error('file closed'), { code: 'EBADF', syscall });
  }
}

function checkPosition(position: number | null): void {
  if (position !== null) checkInteger(position, 'position', { min: 0 });
}
