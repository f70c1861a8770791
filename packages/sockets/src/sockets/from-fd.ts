import { checkOptions, descriptorOf } from '@bight/loop-abstract/validate';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { Socket, type SocketOptions } from './socket.js';

/**
 * A `Socket` for a descriptor that exists already: one that was inherited, passed by a service manager, or belongs to
 * another library. The descriptor is duplicated, so that the `Socket` and its first owner close each their own;
 * `new Socket({ fileno })` takes one over instead.
 *
 * Both share one open socket: it becomes non-blocking for its first owner too.
 *
 * @param fd - the descriptor, or something with `fileno()`
 * @param options - `family`, `type`, `proto`, where they should not be asked of the system
 * @python socket.fromfd()
 */
export function fromFd(
  fd: number | { fileno(): number },
  options?: Omit<SocketOptions, 'fileno'> | null,
): Socket {
  const { family, type, proto } = checkOptions(options, ['family', 'type', 'proto']);
  const { duplicate, close } = native();
  const fileno = check(duplicate(descriptorOf(fd, 'fd')), 'dup');
  try {
    return new Socket({ family, type, proto, fileno });
  } catch (error) {
    close(fileno);
    throw error;
  }
}
