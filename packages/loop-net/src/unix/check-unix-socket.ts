import net from 'node:net';
import { ValueError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { AF_UNIX } from '../addresses/constants.js';

/**
 * Refuses a socket of another family before anything is done to it. What is no socket at all is left to the driver.
 *
 * @throws {ValueError} when the socket is not a Unix one
 */
export function checkUnixSocket(sock: unknown): void {
  if (isUnix(sock)) return;
  throw new ValueError(`A UNIX Domain Stream Socket was expected, got ${describeValue(sock)}`);
}

function isUnix(sock: unknown): boolean {
  if (sock instanceof net.Socket) return sock.localAddress === undefined && sock.remoteAddress === undefined;
  if (sock instanceof net.Server) return typeof (sock.address() ?? '') === 'string';
  const { family } = Object(sock) as { family?: unknown };
  return family === undefined || family === AF_UNIX;
}
