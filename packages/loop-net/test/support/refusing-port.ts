import { AF_INET, AF_INET6, Socket } from '@bight/sockets';
import { afterAll } from '@jest/globals';

const sockets: Socket[] = [];

afterAll(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/**
 * A port of the loopback interface that refuses connections. A socket that does not listen keeps it until the tests of
 * the file are over, so that no other program can take it.
 */
export function refusingPort(host = '127.0.0.1'): number {
  const socket = new Socket({ family: host.includes(':') ? AF_INET6 : AF_INET });
  sockets.push(socket);
  socket.bind({ host, port: 0 });
  return socket.getsockname().port;
}
