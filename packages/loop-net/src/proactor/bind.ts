import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { InetAddress } from '@bight/loop-abstract';
import { systemError } from '@bight/loop-abstract/system-error';
import { AF_INET6 } from '../addresses/constants.js';
import { joinScope } from '../addresses/scope.js';
import type { BindOptions, StreamAddress } from '../driver/net-driver.js';
import { notOnProactor } from '../errors/not-on-proactor.js';
import {
  BIND_IPV6_ONLY,
  BIND_REUSE_PORT,
  type CreateServerHandle,
  type NodeHandle,
} from '../node/node-handle.js';
import { nodeAddress } from '../node/node-stream-socket.js';

const { EACCES, ENOENT } = constants.errno;

/** A bound handle and the address that it got. */
export interface Bound {
  handle: NodeHandle;
  name: InetAddress | string;
}

/**
 * Binds one of Node's handles, which does not listen yet.
 *
 * @throws the system's error
 * @throws {NotImplementedError} for what Node cannot do
 */
export function bindHandle(create: CreateServerHandle, address: StreamAddress, options: BindOptions): Bound {
  if ('path' in address) {
    const handle = create(address.path, -1, -1);
    if (typeof handle === 'number')
      throw systemError(pathErrno(handle, address.path), 'bind', { address: address.path });
    return { handle, name: address.path };
  }
  checkBindOptions(options);
  const { host, port, scopeId } = address.sockaddr as InetAddress;
  const isV6 = address.family === AF_INET6;
  // Each family has a socket of its own, as asyncio has it.
  const flags = (isV6 ? BIND_IPV6_ONLY : 0) | (options.reusePort ? BIND_REUSE_PORT : 0);
  const place = { address: host, port };
  const handle = create(joinScope(host, scopeId), port, isV6 ? 6 : 4, -1, flags);
  if (typeof handle === 'number') throw systemError(handle, 'bind', place);
  const out: { address?: string; port?: number } = {};
  // libuv reports an error of bind(2) only when the name is read.
  const errno = handle.getsockname?.(out) ?? 0;
  if (errno !== 0) {
    handle.close();
    throw systemError(errno, 'bind', place);
  }
  return { handle, name: nodeAddress(out.address ?? host, out.port ?? port) };
}

/** libuv reports a missing directory as denied access, as Windows would. */
function pathErrno(errno: number, path: string): number {
  return errno === -EACCES && !existsSync(dirname(path)) ? -ENOENT : errno;
}

/**
 * Checks what Node may not have.
 *
 * @throws {NotImplementedError} for what Node cannot do
 */
export function checkBindOptions({ reuseAddress, reusePort }: BindOptions): void {
  const isWindows = process.platform === 'win32';
  if (reuseAddress === isWindows) {
    throw notOnProactor(`reuseAddress: ${reuseAddress} is`);
  }
  if (reusePort && !nodeHasReusePort()) {
    throw notOnProactor('reusePort before Node 22.12 is');
  }
}

/** libuv has it since 1.49. */
export function nodeHasReusePort(): boolean {
  const [major = 0, minor = 0] = (process.versions.uv ?? '0.0').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 49);
}
