import type { FileDescriptorLike } from '../file.js';

/**
 * Watches file descriptors. Each has at most one reader and one writer; adding another replaces it.
 *
 * The reference's section "Watching file descriptors". `SelectorEventLoop` has it.
 */
export interface ReadinessLoop {
  /**
   * The loop calls `callback` whenever `fd` can be read.
   *
   * @param fd - a file descriptor, or anything with `fileno()`
   * @param callback - what to call
   * @param args - its arguments
   * @python loop.add_reader()
   */
  addReader<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /**
   * Stops watching `fd` for reading.
   *
   * @returns whether it was watched
   * @python loop.remove_reader()
   */
  removeReader(fd: FileDescriptorLike): boolean;

  /**
   * The loop calls `callback` whenever `fd` can be written to.
   *
   * @param fd - a file descriptor, or anything with `fileno()`
   * @param callback - what to call
   * @param args - its arguments
   * @python loop.add_writer()
   */
  addWriter<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /**
   * Stops watching `fd` for writing.
   *
   * @returns whether it was watched
   * @python loop.remove_writer()
   */
  removeWriter(fd: FileDescriptorLike): boolean;
}
