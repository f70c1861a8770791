import { Buffer } from 'node:buffer';
import { Socket } from '@bight/sockets';
import { createTask, gather, TaskGroup } from 'bight';
import { bound, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';
export const style = 'async';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using server = bound();

  const serve = (): Promise<void> =>
    Promise.resolve(
      TaskGroup.run(async (group) => {
        for (let number = 0; number < 3; number++) {
          const [connection] = await loop.sockAccept(server);
          group.createTask(() => echo(connection));
        }
      }),
    );

  const echo = async (connection: Socket): Promise<void> => {
    for (;;) {
      const data = await loop.sockRecv(connection, 1000);
      if (data.length === 0) break;
      await loop.sockSendall(connection, data);
    }
    connection.close();
  };

  const client = async (number: number): Promise<Buffer> => {
    using sock = new Socket();
    await loop.sockConnect(sock, server.getsockname());
    let answer = Buffer.alloc(0);
    for (let part = 0; part < 5; part++) {
      await loop.sockSendall(sock, Buffer.from(`${number}.${part} `));
      while (answer.length < 4 * (part + 1)) {
        answer = Buffer.concat([answer, await loop.sockRecv(sock, 1000)]);
      }
    }
    return answer;
  };

  const serving = createTask(serve);
  const clients = [0, 1, 2].map((number) => createTask(() => client(number)));
  trace(await gather(clients));
  await serving;
  trace('served');
}
