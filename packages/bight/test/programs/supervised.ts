// A server as supervisors start it: the second argument is a port, or how it takes the socket that is descriptor 3. It
// answers each connection with the number of its process, and ends connections when it is stopped.
import net from 'node:net';
import { Socket } from '@bight/sockets';
import {
  ProactorEventLoop,
  run,
  SelectorEventLoop,
  type StreamReader,
  type StreamWriter,
  startServer,
} from 'bight';

const [, , name, where] = process.argv;
const { LISTEN_PID, LISTEN_FDS } = process.env;

/** What listens already, by sd_listen_fds(3). */
function activated(): Socket | net.Server {
  if (Number(LISTEN_PID) !== process.pid || LISTEN_FDS !== '1') throw new Error('this was not activated');
  return where === 'server' ? net.createServer().listen({ fd: 3 }) : new Socket({ fileno: 3 });
}

async function answer(reader: StreamReader, writer: StreamWriter): Promise<void> {
  writer.write(Buffer.from(`${process.pid}\n`));
  await reader.read();
  writer.close();
}

async function main(): Promise<void> {
  const port = Number(where);
  const options = Number.isInteger(port) ? { host: '127.0.0.1', port } : { sock: activated() as never };
  const server = await startServer(answer, options);
  console.log(`${process.pid} ${(server.sockets[0]!.getsockname() as { port: number }).port}`);
  try {
    await server.serveForever();
  } finally {
    server.closeClients();
    await server.waitClosed();
  }
}

const loopFactory = () => (name === 'SelectorEventLoop' ? new SelectorEventLoop() : new ProactorEventLoop());
await run(main, { loopFactory, signals: ['SIGINT', 'SIGTERM'] });
