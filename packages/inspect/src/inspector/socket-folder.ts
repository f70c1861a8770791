import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

/** The folder of this user for the sockets of inspectors that `BIGHT_INSPECT=1` starts. */
export function socketFolder(): string {
  return path.join(tmpdir(), `bight-inspect-${process.getuid?.() ?? userInfo().username}`);
}

/** The socket of a process's inspector. */
export function socketOf(pid: number): string {
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\bight-inspect-${userInfo().username}-${pid}`
    : path.join(socketFolder(), `${pid}.sock`);
}

/**
 * Makes the folder, for this user only.
 *
 * @throws {Error} when it is there and another user's, or a link
 */
export function makeSocketFolder(): void {
  if (process.platform === 'win32') return;
  const folder = socketFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = checkFolder(folder);
  if (uid === process.getuid?.() && (mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  removeLeftovers(folder);
}

/** Removes the sockets of processes that were killed. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(\d+)\.sock$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isProcess(pid)) rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether there is such a process. */
export function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Checks that the folder, if there is one, is this user's, and no link. @throws {Error} when it is not */
export function checkFolder(folder: string): { uid: number; mode: number } {
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new Error(`${folder} is not a folder of this user: sockets in it cannot be trusted`);
  }
  return stats;
}
