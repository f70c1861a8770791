import type { SendHandle } from 'node:child_process';
import net from 'node:net';
import { nodeInternals } from '@bight/contextvars/low-level';

/** A native handle, as the process has it that receives one along with a message. */
export interface SentHandle {
  readonly fd: number;
  close(): void;
}

/**
 * Whether `ChildProcess.send()` can send a native handle, which `node:cluster` relies on; docs/node-internals.md. Its
 * documentation names sockets and servers: the former are read by the process that receives them, the latter accept in
 * the one that sends them.
 */
export function sendsHandles(): boolean {
  if (!nodeInternals()) return false;
  // A socket that is not connected has no handle, but the property.
  return '_handle' in new net.Socket();
}

/**
 * A handle that carries a descriptor to another process. It is not read here.
 *
 * @param fd - the descriptor, which is the carrier's from now on
 */
export function carrierOf(fd: number): { handle: SendHandle; release(): void } {
  const socket = new net.Socket({ fd, readable: false, writable: false });
  const { _handle: handle } = socket as unknown as { _handle: SendHandle };
  return { handle, release: () => socket.destroy() };
}
