import { AF_INET, type Socket, Socket as SocketClass } from '../../src/index.js';
import { waitReadable, waitWritable } from './readiness.js';

/** A TCP connection on loopback; disposing closes both ends. */
export interface Connection extends Disposable {
  readonly client: Socket;
  readonly server: Socket;
}

/** Connects two TCP sockets over loopback. */
export function connectedPair(family: number = AF_INET, host = '127.0.0.1'): Connection {
  using listener = new SocketClass({ family });
  listener.bind({ host, port: 0 });
  listener.listen();
  const client = new SocketClass({ family });
  try {
    client.connect(listener.getsockname());
  } catch (error) {
    if (Object(error).code !== 'EINPROGRESS') throw error;
  }
  waitReadable(listener);
  const [server] = listener.accept();
  waitWritable(client);
  return {
    client,
    server,
    [Symbol.dispose]() {
      client.close();
      server.close();
    },
  };
}
