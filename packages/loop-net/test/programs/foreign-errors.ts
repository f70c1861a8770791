// Clients that all write at once to a selector loop; each time, a foreign tick throws behind the code that answers.
import '@bight/loop-net/native';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Transport } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { SelectorEventLoop } from '@bight/loop-net';

const CLIENTS = 20;
let errors = 0;
process.on('uncaughtException', () => errors++);

const loop = new SelectorEventLoop();
const echoes = await loop.runUntilComplete(async () => {
  const answering = () => {
    let transport: Transport;
    return {
      connectionMade: (made: unknown) => {
        transport = made as Transport;
      },
      dataReceived: (data: Buffer) => {
        loop.createTask(async () => {
          process.nextTick(() => {
            throw new Error('not ours');
          });
          await sleep(0);
          transport.write(data);
        });
      },
    };
  };
  const server = await loop.createServer(answering, { host: '127.0.0.1' });
  const port = server.sockets[0]?.getsockname().port as number;
  const clients = Array.from({ length: CLIENTS }, () => connect(port, '127.0.0.1'));
  await Promise.all(clients.map((client) => once(client, 'connect')));
  const answers = clients.map((client) => once(client, 'data'));
  for (const client of clients) client.write('hello');
  await Promise.all(answers);
  for (const client of clients) client.destroy();
  server.close();
  await server.waitClosed();
  return answers.length;
});
loop.close();
console.log(`${echoes} echoes, ${errors} foreign errors`);
