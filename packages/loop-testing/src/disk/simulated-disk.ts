import type { Context } from '@bight/contextvars';
import { type AbstractFuture, ValueError } from '@bight/loop-abstract';
import { checkBytes, checkOptions, checkSeconds, checkString } from '@bight/loop-abstract/validate';
import { osError } from '../errors/os-errors.js';
import type { Random } from '../random/random.js';
import { DiskFile, type OpenFlag } from './disk-file.js';
import { StoredFile } from './stored-file.js';

/** What a disk is made of. */
export interface DiskParts {
  random(): Random;
  now(): number;
  at(when: number, event: () => void): void;
  createFuture(): AbstractFuture<unknown>;
  /** The context of what runs on the host now. */
  context(): Context;
}

/** How fast a disk is. */
export interface DiskOptions {
  /** How many **seconds** a read or a write takes; by default 0. */
  latency?: number;
  /** How many **seconds** `sync()` takes; by default 0. */
  syncLatency?: number;
}

const FLAGS: readonly OpenFlag[] = ['r', 'r+', 'w', 'w+', 'wx', 'wx+', 'a', 'a+'];

/**
 * The disk of a simulated host. What code has written it reads back at once; what it has not synchronized may be lost,
 * or come to the disk in parts, when the host crashes. Names are kept in a journal: after a crash an older state of the
 * directory may be back, unless a file or the directory was synchronized after the change.
 */
export class SimulatedDisk {
  readonly #parts: DiskParts;
  #random: Random | null = null;
  #files = new Map<string, StoredFile>();
  // The states of the directory since the last one that is on the disk for certain; that one first.
  #journal: Map<string, StoredFile>[] = [new Map()];
  #latency = 0;
  #syncLatency = 0;

  /** @internal */
  constructor(parts: DiskParts) {
    this.#parts = parts;
  }

  /**
   * Sets how fast it is from now on. What is not named stays as it was.
   *
   * @throws {TypeError | ValueError} for what is no number, or negative
   */
  configure(options: DiskOptions): void {
    const { latency, syncLatency } = checkOptions(options, ['latency', 'syncLatency']);
    const [work, sync] = [
      checkLatency(latency ?? this.#latency, 'latency'),
      checkLatency(syncLatency ?? this.#syncLatency, 'syncLatency'),
    ];
    this.#latency = work;
    this.#syncLatency = sync;
  }

  /**
   * Opens a file, as `fs.promises.open()` does.
   *
   * @throws the system's error: `ENOENT`, `EEXIST`
   * @throws {TypeError} for a flag that there is not
   */
  async open(path: string, flag: OpenFlag = 'r'): Promise<DiskFile> {
    checkString(path, 'path');
    if (!FLAGS.includes(flag)) {
      const message = `The argument 'flags' is invalid. Received '${String(flag)}'`;
      throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_VALUE' });
    }
    await this.#takes(this.#latency);
    let stored = this.#files.get(path);
    if (stored !== undefined && flag.startsWith('wx')) throw osError('EEXIST', 'open', path);
    if (stored === undefined) {
      if (flag.startsWith('r')) throw osError('ENOENT', 'open', path);
      stored = new StoredFile();
      this.#files.set(path, stored);
      this.#noteNames();
    } else if (flag.startsWith('w')) {
      stored.truncate(0);
    }
    return new DiskFile(stored, flag, {
      work: () => this.#takes(this.#latency),
      sync: async () => {
        await this.#takes(this.#syncLatency);
        this.#syncNames();
      },
    });
  }

  /**
   * The whole contents of a file.
   *
   * @throws the system's error: `ENOENT`
   */
  async readFile(path: string): Promise<Buffer> {
    await this.#takes(this.#latency);
    return Buffer.from(this.#find(path, 'open').contents);
  }

  /** Replaces the contents of a file, which is made if there is none. Not synchronized. */
  async writeFile(path: string, data: Uint8Array | string): Promise<void> {
    const file = await this.open(path, 'w');
    await file.write(toBuffer(data));
  }

  /** Adds to a file, which is made if there is none. Not synchronized. */
  async appendFile(path: string, data: Uint8Array | string): Promise<void> {
    const file = await this.open(path, 'a');
    await file.write(toBuffer(data));
  }

  /**
   * Gives a file another name; a file that has that name already is gone.
   *
   * @throws the system's error: `ENOENT`
   */
  async rename(from: string, to: string): Promise<void> {
    await this.#takes(this.#latency);
    const stored = this.#find(from, 'rename');
    this.#files.delete(from);
    this.#files.set(checkString(to, 'to'), stored);
    this.#noteNames();
  }

  /**
   * Removes a file.
   *
   * @throws the system's error: `ENOENT`
   */
  async unlink(path: string): Promise<void> {
    await this.#takes(this.#latency);
    this.#find(path, 'unlink');
    this.#files.delete(path);
    this.#noteNames();
  }

  /** The names of the files, in order. */
  async readdir(): Promise<string[]> {
    await this.#takes(this.#latency);
    return [...this.#files.keys()].sort();
  }

  /** Synchronizes the directory: names that were made, changed or removed stay so. */
  async syncDirectory(): Promise<void> {
    await this.#takes(this.#syncLatency);
    this.#syncNames();
  }

  /** Everything comes to the disk: the system shuts down. @internal */
  syncAll(): void {
    for (const stored of this.#files.values()) stored.sync();
    this.#syncNames();
  }

  /** The power fails. @internal */
  crash(): void {
    this.#random ??= this.#parts.random();
    const random = this.#random;
    const files = new Set(this.#journal.flatMap((names) => [...names.values()]));
    for (const stored of files) stored.crash(random);
    this.#files = new Map(this.#journal[random.below(this.#journal.length)]);
    this.#syncNames();
  }

  #find(path: string, syscall: string): StoredFile {
    const stored = this.#files.get(checkString(path, 'path'));
    if (stored === undefined) throw osError('ENOENT', syscall, path);
    return stored;
  }

  #noteNames(): void {
    this.#journal.push(new Map(this.#files));
  }

  #syncNames(): void {
    this.#journal = [new Map(this.#files)];
  }

  /** Waits for the disk. What a process waits for that has died meanwhile does not come. */
  #takes(seconds: number): PromiseLike<unknown> {
    const future = this.#parts.createFuture();
    const context = this.#parts.context();
    const loop = future.getLoop();
    this.#parts.at(this.#parts.now() + seconds, () => {
      loop.callSoonThreadsafe(settle, [future], { context });
    });
    return future;
  }
}

function checkLatency(value: number, name: string): number {
  const seconds = checkSeconds(value, name);
  if (seconds < 0) throw new ValueError(`${name} must not be negative, got ${seconds}`);
  return seconds;
}

function settle(future: AbstractFuture<unknown>): void {
  if (!future.done()) future.setResult(undefined);
}

function toBuffer(data: Uint8Array | string): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(checkBytes(data, 'data'));
}
