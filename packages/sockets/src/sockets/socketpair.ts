import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { AF_UNIX, SOCK_STREAM } from '../binding/constants.js';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { Socket, type SocketOptions } from './socket.js';

/**
 * Two sockets that are connected to each other.
 *
 * @param options - `family` (default `AF_UNIX`), `type` (default `SOCK_STREAM`), `proto` (default 0)
 * @returns `[a, b]`, both non-blocking
 * @python socket.socketpair()
 */
export function socketpair(options?: Omit<SocketOptions, 'fileno'> | null): [a: Socket, b: Socket] {
  const given = checkOptions(options, ['family', 'type', 'proto']);
  const family = checkInteger(given.family ?? AF_UNIX, 'family');
  const type = checkInteger(given.type ?? SOCK_STREAM, 'type');
  const proto = checkInteger(given.proto ?? 0, 'proto');
  const fds = new Int32Array(2);
  check(native().socketpair(family, type, proto, fds), 'socketpair');
  const [first, second] = fds as unknown as [number, number];
  return [
    new Socket({ family, type, proto, fileno: first }),
    new Socket({ family, type, proto, fileno: second }),
  ];
}
