// A selector loop in the main thread and in three workers at once, each with a server and clients of its own.
import '@bight/loop-net/native';
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Transport } from '@bight/loop-abstract';
import { SelectorEventLoop } from '@bight/loop-net';

const ROUNDS = 500;

async function converse(): Promise<number> {
  const loop = new SelectorEventLoop();
  const echoes = await loop.runUntilComplete(async () => {
    const echo = () => {
      let transport: Transport;
      return {
        connectionMade: (made: unknown) => {
          transport = made as Transport;
        },
        dataReceived: (data: Buffer) => transport.write(data),
      };
    };
    const server = await loop.createServer(echo, { host: '127.0.0.1' });
    const { host, port } = server.sockets[0]!.getsockname();
    const over = loop.createFuture<number>();
    let count = 0;
    const [transport] = await loop.createConnection(
      () => ({
        dataReceived: (data: Buffer) => {
          if (++count === ROUNDS) over.setResult(count);
          else transport.write(data);
        },
      }),
      { host, port },
    );
    transport.write(Buffer.from('ping'));
    const result = await over;
    transport.close();
    server.close();
    await server.waitClosed();
    return result;
  });
  loop.close();
  return echoes;
}

if (isMainThread) {
  // The compiled file of this program.
  const workers = [1, 2, 3].map((name) => new Worker(process.argv[1]!, { workerData: name }));
  const ended = workers.map((worker) => once(worker, 'exit'));
  console.log(`main: ${await converse()} echoes`);
  await Promise.all(ended);
} else {
  console.log(`worker ${workerData}: ${await converse()} echoes`);
}
