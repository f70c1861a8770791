/// <reference lib="esnext.disposable" preserve="true" />
import { KeyError, RuntimeError } from '@bight/loop-abstract';
import {
  checkOptions,
  checkTimeout,
  descriptorOf,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { EVENT_READ, EVENT_WRITE, type FileObject, type SelectorKey } from './selector-key.js';
import { SelectorMap } from './selector-map.js';

/** What `register()` and `modify()` take beside the events. */
export interface SelectorDataOptions<D> {
  /** Anything, for the caller to find in the key again. */
  data?: D | undefined;
}

/**
 * Watches file objects for readiness. Its subclasses differ only in the system call under them.
 *
 * `select()` is synchronous, as in Python: with a time-out other than 0 it blocks the thread, and everything else in
 * it, until something is ready. That suits a worker thread, or a check of what is ready now (`select(0)`); an event
 * loop is what waits without blocking.
 *
 * @python selectors.BaseSelector
 */
export abstract class BaseSelector<D = unknown> implements Disposable {
  readonly #keys = new Map<number, SelectorKey<D>>();
  readonly #map = new SelectorMap(this.#keys, (fileobj) => this.#find(fileobj));
  #isClosed = false;

  /**
   * Begins to watch a file object.
   *
   * @param fileobj - a descriptor, or something with `fileno()`
   * @param events - `EVENT_READ`, `EVENT_WRITE`, or both
   * @param options - `data`: anything, for the caller to find in the key again
   * @returns the key
   * @throws {KeyError} when it is registered already
   * @throws {ValueError} for other events, or the descriptor of something closed
   * @throws the system's error for what cannot be watched (`'EPERM'`: a regular file)
   * @python selector.register()
   */
  register(fileobj: FileObject, events: number, options?: SelectorDataOptions<D> | null): SelectorKey<D> {
    this.#checkOpen();
    checkEvents(events);
    const { data } = checkOptions(options, ['data']);
    const fd = descriptorOf(fileobj, 'fileobj');
    if (this.#keys.has(fd)) throw new KeyError(`descriptor ${fd} is registered already`);
    const key: SelectorKey<D> = { fileobj, fd, events, data: data as D };
    this.watch(fd, 0, events);
    this.#keys.set(fd, key);
    return key;
  }

  /**
   * Stops watching a file object, which may have been closed.
   *
   * @returns the key that it had
   * @throws {KeyError} when it is not registered
   * @python selector.unregister()
   */
  unregister(fileobj: FileObject): SelectorKey<D> {
    const key = this.getKey(fileobj);
    this.#keys.delete(key.fd);
    try {
      this.watch(key.fd, key.events, 0);
    } catch (error) {
      // The system forgot it when it was closed.
      if (!isSystemError(error)) throw error;
    }
    return key;
  }

  /**
   * Changes what a file object is watched for, or its data.
   *
   * @param options - `data`: replaces the old, also when it is not given
   * @returns the new key
   * @throws {KeyError} when it is not registered
   * @python selector.modify()
   */
  modify(fileobj: FileObject, events: number, options?: SelectorDataOptions<D> | null): SelectorKey<D> {
    checkEvents(events);
    const { data } = checkOptions(options, ['data']);
    const key = this.getKey(fileobj);
    const changed = { ...key, events, data: data as D };
    if (events !== key.events) {
      try {
        this.watch(key.fd, key.events, events);
      } catch (error) {
        this.#keys.delete(key.fd);
        throw error;
      }
    }
    this.#keys.set(key.fd, changed);
    return changed;
  }

  /**
   * What is ready, once something is. Blocks the thread for up to the time-out.
   *
   * @param timeout - in seconds; 0 or less does not wait, `null` or `undefined` waits for ever. Also accepted as
   *   `{ timeout }`
   * @returns pairs of a key and the events that it is ready for; none when the time is over
   * @python selector.select()
   */
  select(timeout?: number | { timeout?: number | null } | null): [key: SelectorKey<D>, events: number][] {
    this.#checkOpen();
    const seconds = checkTimeout(
      typeof timeout === 'object' ? checkOptions(timeout, ['timeout']).timeout : timeout,
    );
    const ready: [SelectorKey<D>, number][] = [];
    for (const [fd, events] of this.poll(toMilliseconds(seconds))) {
      const key = this.#keys.get(fd);
      const wanted = key === undefined ? 0 : key.events & events;
      if (key !== undefined && wanted !== 0) ready.push([key, wanted]);
    }
    return ready;
  }

  /**
   * The key of a file object.
   *
   * @throws {KeyError} when it is not registered
   * @python selector.get_key()
   */
  getKey(fileobj: FileObject): SelectorKey<D> {
    this.#checkOpen();
    const key = this.#find(fileobj);
    if (key === undefined) throw new KeyError(`${describe(fileobj)} is not registered`);
    return key;
  }

  /**
   * The registrations, by file object: a live view, `null` once the selector is closed.
   *
   * @python selector.get_map()
   */
  getMap(): ReadonlyMap<FileObject, SelectorKey<D>> | null {
    return this.#isClosed ? null : this.#map;
  }

  /**
   * Forgets all registrations and frees what the selector uses; again does nothing.
   *
   * @python selector.close()
   */
  close(): void {
    this.#isClosed = true;
    this.#keys.clear();
  }

  /** Leaves a `using` block: `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Watches a descriptor for other events than before; 0 means not at all. */
  protected abstract watch(fd: number, before: number, after: number): void;

  /** What is ready, as descriptors and events; waits for this many milliseconds, for ever when negative. */
  protected abstract poll(milliseconds: number): Iterable<[fd: number, events: number]>;

  /** The registrations by descriptor. */
  protected get keys(): ReadonlyMap<number, SelectorKey<D>> {
    return this.#keys;
  }

  #find(fileobj: FileObject): SelectorKey<D> | undefined {
    // Something closed has no descriptor any more, and can still be unregistered.
    const fd = typeof fileobj === 'number' ? fileobj : filenoOf(fileobj);
    const key = fd >= 0 ? this.#keys.get(fd) : undefined;
    if (key !== undefined) return key;
    for (const candidate of this.#keys.values()) if (candidate.fileobj === fileobj) return candidate;
    return undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RuntimeError('the selector is closed');
  }
}

function filenoOf(fileobj: unknown): number {
  const { fileno } = Object(fileobj) as { fileno?: unknown };
  if (typeof fileno !== 'function')
    throw typeError('fileobj', 'a file descriptor or something with fileno()', fileobj);
  const fd: unknown = fileno.call(fileobj);
  if (typeof fd !== 'number') throw typeError('fileobj.fileno()', 'a number', fd);
  return fd;
}

function checkEvents(events: unknown): void {
  if (typeof events !== 'number') throw typeError('events', 'EVENT_READ, EVENT_WRITE or both', events);
  if (events !== EVENT_READ && events !== EVENT_WRITE && events !== (EVENT_READ | EVENT_WRITE)) {
    throw valueError('events', 'EVENT_READ, EVENT_WRITE or both', events);
  }
}

/** Rounded up: a wait that ends too early would be made again. */
function toMilliseconds(seconds: number | null): number {
  if (seconds === null) return -1;
  return Math.min(Math.max(Math.ceil(seconds * 1000), 0), 0x7fffffff);
}

function isSystemError(error: unknown): boolean {
  return typeof Object(error).errno === 'number';
}

function describe(fileobj: FileObject): string {
  return typeof fileobj === 'number' ? `descriptor ${fileobj}` : 'the file object';
}
