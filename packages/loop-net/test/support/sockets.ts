import { AF_INET, Socket, socketpair } from '@bight/sockets';
import { SelectorEventLoop } from '../../src/index.js';
import { runOn } from './loops.js';

/** What a test works with; its sockets are closed when it is over. */
export interface SocketTest {
  readonly loop: SelectorEventLoop;
  /** Two connected Unix sockets. */
  pair(): [Socket, Socket];
  /** A socket that listens on loopback. */
  listening(): Socket;
  /** A new socket. */
  socket(options?: ConstructorParameters<typeof Socket>[0]): Socket;
  /** Closes a socket at the end. */
  keep(socket: Socket): Socket;
}

/** Runs a coroutine on a new `SelectorEventLoop`. What the exception handler receives fails the test. */
export async function withSockets<T>(main: (test: SocketTest) => Promise<T>): Promise<T> {
  const open: Socket[] = [];
  const keep = (socket: Socket): Socket => {
    open.push(socket);
    return socket;
  };
  try {
    return await runOn(SelectorEventLoop as never, (loop) =>
      main({
        loop: loop as unknown as SelectorEventLoop,
        keep,
        pair: () => socketpair().map(keep) as [Socket, Socket],
        socket: (options) => keep(new Socket(options)),
        listening() {
          const socket = keep(new Socket({ family: AF_INET }));
          socket.bind({ host: '127.0.0.1', port: 0 });
          socket.listen();
          return socket;
        },
      }),
    );
  } finally {
    for (const socket of open) socket.close();
  }
}

/** Bytes of a text. */
export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Fills a socket's send buffer. @returns how many bytes it took */
export function fill(socket: Socket): number {
  const block = Buffer.alloc(64 * 1024);
  let sent = 0;
  for (;;) {
    try {
      sent += socket.send(block);
    } catch (error) {
      if (Object(error).code === 'EAGAIN') return sent;
      throw error;
    }
  }
}
