import net from 'node:net';
import { nodeInternals } from '@bight/contextvars/low-level';

/**
 * libuv's handle below one of Node's sockets. It is not documented, so every use of it has a second way that needs
 * nothing but documented names: other runtimes have no such handle, and `setNodeInternals(false)` forbids its use.
 */
export interface NodeHandle {
  readonly fd?: number;
  readStart?(): number;
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
  getsockname?(out: object): number;
  unref?(): void;
  close(): void;
}

/** Finds the handle of a socket or server. */
export function handleOf(owner: net.Socket | net.Server): NodeHandle | null {
  if (!nodeInternals()) return null;
  const { _handle } = owner as unknown as { _handle?: NodeHandle | null };
  return _handle ?? null;
}

/** Takes the handle away from a socket that is not read from yet, so that another can be made around it. */
export function stealHandle(socket: net.Socket): NodeHandle | null {
  if (!nodeInternals()) return null;
  const owner = socket as unknown as { _handle?: NodeHandle | null };
  const handle = owner._handle ?? null;
  // Bun has something of its own under that name, which no other socket can be made of.
  if (handle === null || typeof handle.readStart !== 'function') return null;
  owner._handle = null;
  return handle;
}

/** Bits of `bind()`'s flags, as libuv has them. */
export const BIND_IPV6_ONLY = 1;
export const BIND_REUSE_PORT = 2;

/** Makes and binds a handle that does not listen yet, or returns an error number. */
export type CreateServerHandle = (
  address: string,
  port: number,
  addressType: 4 | 6 | -1,
  fd?: number,
  flags?: number,
) => NodeHandle | number;

/** Finds Node's function that binds without listening; `null` where there is none, or it must not be used. */
export function createServerHandle(): CreateServerHandle | null {
  if (!nodeInternals()) return null;
  return (net as unknown as { _createServerHandle?: CreateServerHandle })._createServerHandle ?? null;
}

/** Lets a server listen on a bound handle. Node's `listen(handle)` does so for TCP only. */
export function listenOnHandle(server: net.Server, handle: NodeHandle, backlog: number): void {
  const inner = server as unknown as {
    _handle: NodeHandle;
    _listen2(address: null, port: -1, addressType: -1, backlog: number): void;
  };
  inner._handle = handle;
  inner._listen2(null, -1, -1, backlog);
}
