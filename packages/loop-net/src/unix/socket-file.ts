import { lstatSync, statSync, unlinkSync } from 'node:fs';
import type { AbstractFuture } from '@bight/loop-abstract';
import type { Network } from '../driver/network.js';
import { isAbstract } from './unix-path.js';

/** The file of a server's socket, which distinguishes it from one that replaces it. */
export class SocketFile {
  readonly #path: string;
  readonly #device: number;
  readonly #inode: number;

  private constructor(path: string, device: number, inode: number) {
    this.#path = path;
    this.#device = device;
    this.#inode = inode;
  }

  /** The file that a bound socket has now; `null` for an abstract name. */
  static of(path: string): SocketFile | null {
    if (path === '' || isAbstract(path)) return null;
    try {
      const { dev, ino } = lstatSync(path);
      return new SocketFile(path, dev, ino);
    } catch {
      return null;
    }
  }

  /** Removes the file, unless it is not that of the server any more. */
  remove(): void {
    try {
      const { dev, ino } = lstatSync(this.#path);
      if (dev === this.#device && ino === this.#inode) unlinkSync(this.#path);
    } catch {
      // Another program has removed it, or it is not ours to remove.
    }
  }
}

/**
 * Makes room for a new socket: removes the file of a server that has died without doing so itself.
 *
 * A file that is no socket stays, and so does the socket of a server that answers; the new one will find the address in
 * use.
 */
export function* removeStaleSocket(net: Network, path: string): Generator<unknown, void, unknown> {
  if (isAbstract(path)) return;
  let found: { dev: number; ino: number };
  try {
    const stats = statSync(path);
    if (!stats.isSocket()) return;
    found = stats;
  } catch {
    return;
  }
  if (!(yield* refusesConnections(net, path))) return;
  try {
    // Another server may have done the same, and have its own socket there by now.
    const { dev, ino } = statSync(path);
    if (dev === found.dev && ino === found.ino) unlinkSync(path);
  } catch {
    // Gone already, or not ours to remove: binding will show it.
  }
}

function* refusesConnections(net: Network, path: string): Generator<unknown, boolean, unknown> {
  const refused: AbstractFuture<boolean> = net.loop.createFuture();
  const attempt = net.driver.connect({ path }, null, (error, channel) => {
    channel?.close();
    if (!refused.done()) refused.setResult((error as NodeJS.ErrnoException | null)?.code === 'ECONNREFUSED');
  });
  try {
    return yield* refused;
  } finally {
    attempt.cancel();
  }
}
