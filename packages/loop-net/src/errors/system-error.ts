import { getSystemErrorMap } from 'node:util';

/** Where an error of the system happened. */
export interface ErrorPlace {
  /** The address, or the path of a Unix socket. */
  address?: string;
  /** The port. */
  port?: number;
}

/** Makes the error that Node itself would make of one of libuv's error numbers. */
export function systemError(errno: number, syscall: string, place: ErrorPlace = {}): NodeJS.ErrnoException {
  const [code, explanation] = getSystemErrorMap().get(errno) ?? ['UNKNOWN', `error ${errno}`];
  const error: NodeJS.ErrnoException = new Error(`${syscall} ${code}: ${explanation}${describePlace(place)}`);
  return Object.assign(error, { errno, code, syscall, ...place });
}

function describePlace({ address, port }: ErrorPlace): string {
  if (address === undefined) return '';
  return port === undefined ? ` ${address}` : ` ${address}:${port}`;
}
