import { existsSync, readFileSync } from 'node:fs';
import { checkFolder, isProcess, socketFolder, socketOf } from '../inspector/socket-folder.js';
import { SocketTarget } from './socket-target.js';
import type { Target } from './target.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { setTimeout } = globalThis;
const wallTime = Date.now;

/** The error of a socket on which no process listens any more. */
const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
/** The error of Node's inspector for a process that is about to end. */
const NO_CONTEXT = /^Cannot find context/;
const PATIENCE_MS = 5000;
const RETRY_MS = 50;

/** Whether a process was started with `BIGHT_INSPECT`, where the system shows that. */
function isInspected(pid: number): boolean {
  try {
    return /(?:^|\0)BIGHT_INSPECT=(?!0?(?:\0|$))/.test(readFileSync(`/proc/${pid}/environ`, 'latin1'));
  } catch {
    return false;
  }
}

/** Waits for the socket of a process that has just been started. */
async function socketAppears(pid: number, path: string): Promise<boolean> {
  const until = wallTime() + PATIENCE_MS;
  while (!existsSync(path)) {
    if (wallTime() > until || !isInspected(pid)) return false;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return true;
}

/**
 * Connects to a process: to its inspector of ours, where it was started with `BIGHT_INSPECT`, or else to Node's own.
 *
 * @throws {Error} with the reason why it cannot
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
  if (process.platform === 'win32' || (await socketAppears(pid, path))) {
    if (process.platform !== 'win32') checkFolder(socketFolder());
    const target = new SocketTarget(path);
    try {
      await target.counts();
      return target;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Left behind by a process that was killed, and had this number.
      if (code !== 'ECONNREFUSED' && code !== 'ENOENT') throw error;
    }
  }
  // It needs a WebSocket client, which takes longer to load than everything else here.
  const { NodeInspectorTarget } = await import('./node-inspector-target.js');
  return await NodeInspectorTarget.connect(pid);
}

/** Connects, does something, and disconnects. */
export async function withTarget<T>(pid: number, body: (target: Target) => Promise<T>): Promise<T> {
  const target = await connect(pid);
  try {
    return await body(target);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!isProcess(pid) || GONE.has(code) || NO_CONTEXT.test(message)) {
      throw new Error(`process ${pid} has ended, or has closed its inspector`, { cause: error });
    }
    throw error;
  } finally {
    await target.close();
  }
}
