import { Buffer } from 'node:buffer';
import { SOCK_STREAM, Socket, type SocketOptions, socketpair } from '@bight/sockets';
import { getRunningLoop, type SelectorEventLoop } from 'bight';

/** The running loop of a scenario that needs readiness. */
export function selectorLoop(): SelectorEventLoop {
  return getRunningLoop() as SelectorEventLoop;
}

/** Two connected sockets; disposing closes both. */
export function pair(options?: SocketOptions): Disposable & { a: Socket; b: Socket } {
  const [a, b] = socketpair(options);
  return {
    a,
    b,
    [Symbol.dispose]() {
      a.close();
      b.close();
    },
  };
}

/** A socket with a free port of the loopback interface, which listens if it is a stream socket. */
export function bound(type: number = SOCK_STREAM): Socket {
  const socket = new Socket({ type });
  socket.bind({ host: '127.0.0.1', port: 0 });
  if (type === SOCK_STREAM) socket.listen();
  return socket;
}

/** Sends until there is no room. @returns how many bytes were sent */
export function fill(socket: Socket): number {
  let sent = 0;
  try {
    for (;;) sent += socket.send(Buffer.alloc(65536, '-'));
  } catch (error) {
    if (Object(error).code !== 'EAGAIN') throw error;
  }
  return sent;
}
