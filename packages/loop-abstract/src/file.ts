import type { FileHandle } from 'node:fs/promises';

/**
 * Anything that knows its file descriptor.
 *
 * @python io.IOBase.fileno()
 */
export interface HasFileno {
  /** The file descriptor, a small integer; negative when it is closed. */
  fileno(): number;
}

/** A file descriptor, or an object that has one. The reference's `fd` arguments. */
export type FileDescriptorLike = number | HasFileno;

/** A regular file to send: a file descriptor, or what `fs.promises.open()` returns. */
export type FileSource = number | FileHandle;

/** A pipe, FIFO, socket or terminal: a file descriptor, a `FileHandle`, or something with `fileno()`. */
export type PipeSource = number | FileHandle | HasFileno;
