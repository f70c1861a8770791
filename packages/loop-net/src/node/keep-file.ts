import { renameSync } from 'node:fs';
import { isAbstract } from '../unix/unix-path.js';

let count = 0;

/**
 * Closes a Unix socket and leaves the file at its path alone.
 *
 * libuv removes whatever is at the path of a socket that it closes, even if that is another program's socket by now. It
 * does so within the call, so the file is renamed during the call.
 */
export function closeKeepingFile(path: string, close: () => void): void {
  const aside = `${path}.${process.pid}.${++count}`;
  const isAside = !isAbstract(path) && rename(path, aside);
  try {
    close();
  } finally {
    if (isAside) rename(aside, path);
  }
}

function rename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
