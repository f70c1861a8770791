import type { FileDescriptorLike } from '../file.js';

/**
 * Watches file descriptors. Each has at most one reader and one writer; adding another replaces it.
 *
 * Stands for the section "Watching file descriptors" of the reference. `SelectorEventLoop` has it.
 */
export interface ReadinessLoop {
  /**
   * Has `callback` called whenever `fd` can be read. Stands for `loop.add_reader(fd, callback, *args)`.
   *
   * @param fd a file descriptor, or anything with `fileno()`
   * @param callback what to call
   * @param args its arguments
   */
  addReader<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /** Watches `fd` for reading no more. Stands for `loop.remove_reader(fd)`. Returns whether it was watched. */
  removeReader(fd: FileDescriptorLike): boolean;

  /**
   * Has `callback` called whenever `fd` can be written to. Stands for `loop.add_writer(fd, callback, *args)`.
   *
   * @param fd a file descriptor, or anything with `fileno()`
   * @param callback what to call
   * @param args its arguments
   */
  addWriter<A extends unknown[]>(
    fd: FileDescriptorLike,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /** Watches `fd` for writing no more. Stands for `loop.remove_writer(fd)`. Returns whether it was watched. */
  removeWriter(fd: FileDescriptorLike): boolean;
}
