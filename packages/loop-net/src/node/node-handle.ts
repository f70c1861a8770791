import net from 'node:net';

/**
 * libuv's handle below a socket of Node's. It is not documented, so every use of it has a second way that needs
 * nothing but documented names: other runtimes have no such handle.
 */
export interface NodeHandle {
  readonly fd?: number;
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
  getsockname?(out: object): number;
  unref?(): void;
  close(): void;
}

/** Finds the handle of a socket or server. */
export function handleOf(owner: net.Socket | net.Server): NodeHandle | null {
  const { _handle } = owner as unknown as { _handle?: NodeHandle | null };
  return _handle ?? null;
}

/** Takes the handle away from a socket that nobody reads from yet, so that another can be made around it. */
export function stealHandle(socket: net.Socket): NodeHandle | null {
  const owner = socket as unknown as { _handle?: NodeHandle | null };
  const handle = owner._handle ?? null;
  if (handle !== null) owner._handle = null;
  return handle;
}

/** Bits of `bind()`'s flags, as libuv has them. */
export const BIND_IPV6_ONLY = 1;
export const BIND_REUSE_PORT = 2;

type CreateServerHandle = (
  address: string,
  port: number,
  addressType: 4 | 6 | -1,
  fd?: number,
  flags?: number,
) => NodeHandle | number;

/** Makes and binds a handle that does not listen yet, or returns an error number; `null` where there is no such way. */
export const createServerHandle: CreateServerHandle | null =
  (net as unknown as { _createServerHandle?: CreateServerHandle })._createServerHandle ?? null;

/** Lets a server listen on a bound handle. Node's `listen(handle)` does so for TCP only. */
export function listenOnHandle(server: net.Server, handle: NodeHandle, backlog: number): void {
  const inner = server as unknown as {
    _handle: NodeHandle;
    _listen2(address: null, port: -1, addressType: -1, backlog: number): void;
  };
  inner._handle = handle;
  inner._listen2(null, -1, -1, backlog);
}
