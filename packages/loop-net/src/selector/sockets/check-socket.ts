import { type DebugLoop, RuntimeError, type SchedulingLoop, ValueError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import type { Socket } from '@bight/sockets';
import { isSocket } from '@bight/sockets/low-level';

/**
 * The socket of a `sock…` method.
 *
 * @throws {TypeError} unless it is a `Socket`
 * @throws {RuntimeError} when the loop is closed
 * @throws {ValueError} in debug mode, when calls of the socket would block the thread
 */
export function checkSocket(loop: SchedulingLoop & Partial<DebugLoop>, sock: unknown): Socket {
  if (loop.isClosed()) throw new RuntimeError('Event loop is closed');
  if (!isSocket(sock)) throw typeError('sock', 'a Socket of @bight/sockets', sock);
  if (loop.getDebug?.() && sock.fileno() >= 0 && sock.getblocking()) {
    throw new ValueError('the socket must be non-blocking');
  }
  return sock;
}
