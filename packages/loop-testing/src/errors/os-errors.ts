import { constants } from 'node:os';
import type { InetAddress } from '@bight/loop-abstract';
import { systemError } from '@bight/loop-net/low-level';

/** The error that Node makes of a system's error code. */
export function osError(
  code: keyof typeof constants.errno,
  syscall: string,
  place?: InetAddress | string,
): NodeJS.ErrnoException {
  const where =
    typeof place === 'object'
      ? { address: place.host, port: place.port }
      : place === undefined
        ? {}
        : { address: place };
  return systemError(-constants.errno[code], syscall, where);
}

/** The error of an unknown name or address. */
export function unknownName(syscall: string, hostname: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${syscall} ENOTFOUND ${hostname}`);
  return Object.assign(error, { code: 'ENOTFOUND', errno: -3008, syscall, hostname });
}
