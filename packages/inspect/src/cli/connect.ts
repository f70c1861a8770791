import { existsSync } from 'node:fs';
import { checkFolder, socketFolder, socketOf } from '../inspector/socket-folder.js';
import { NodeInspectorTarget } from './node-inspector-target.js';
import { SocketTarget } from './socket-target.js';
import type { Target } from './target.js';

/**
 * Connects to a process: to its inspector of ours, where it was started with `BIGHT_INSPECT`, or else to Node's own.
 *
 * @throws {Error} that says why it cannot
 */
export async function connect(pid: number): Promise<Target> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') {
      throw new Error(`process ${pid} belongs to another user`, { cause: error });
    }
    throw new Error(`there is no process ${pid}`, { cause: error });
  }
  const path = socketOf(pid);
  if (process.platform === 'win32' || existsSync(path)) {
    if (process.platform !== 'win32') checkFolder(socketFolder());
    const target = new SocketTarget(path);
    try {
      await target.snapshot();
      return target;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Left behind by a process that was killed, and had this number.
      if (code !== 'ECONNREFUSED' && code !== 'ENOENT') throw error;
    }
  }
  return await NodeInspectorTarget.connect(pid);
}

/** Connects, does something, and disconnects. */
export async function withTarget<T>(pid: number, body: (target: Target) => Promise<T>): Promise<T> {
  const target = await connect(pid);
  try {
    return await body(target);
  } finally {
    await target.close();
  }
}
