import { Buffer } from 'node:buffer';
import { Socket } from '@bight/sockets';
import { createTask, type InetAddress, sleep } from 'bight';
import { bound, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using server = bound();
  const accept = async (): Promise<[Socket, InetAddress]> => await loop.sockAccept(server);

  for (const host of ['127.0.0.1', 'localhost']) {
    const accepting = createTask(accept);
    using client = new Socket();
    trace(await loop.sockConnect(client, { host, port: server.getsockname().port }));
    const [connection, address] = await accepting;
    trace(address.port === client.getsockname().port, connection.getpeername().port === address.port);
    trace(connection.getblocking());
    await loop.sockSendall(connection, Buffer.from('welcome'));
    trace(await loop.sockRecv(client, 100));
    connection.close();
    trace(await loop.sockRecv(client, 100));
  }
  using client = new Socket();
  await loop.sockConnect(client, server.getsockname());
  loop.callSoon(trace, ['a turn']);
  const [connection, address] = await loop.sockAccept(server);
  trace('accepted', address.port === client.getsockname().port);
  connection.close();
  await sleep(0);
}
