import { Buffer } from 'node:buffer';
import { Socket } from '@bight/sockets';
import { createTask, sleep } from 'bight';
import { fill, pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  const data = Buffer.from('x');

  const attempt = async (call: () => PromiseLike<unknown>): Promise<void> => {
    try {
      trace(await call());
    } catch (error) {
      trace(error);
    }
  };

  const sock = new Socket();
  await attempt(() => loop.sockRecv(sock, 10));
  await attempt(() => loop.sockSendall(sock, data));
  await attempt(() => loop.sockAccept(sock));
  sock.close();
  await attempt(() => loop.sockRecv(sock, 10));
  await attempt(() => loop.sockRecvInto(sock, Buffer.alloc(1)));
  await attempt(() => loop.sockSendall(sock, data));
  {
    using sockets = pair();
    sockets.b.close();
    await attempt(() => loop.sockSendall(sockets.a, data));
  }
  {
    using sockets = pair();
    fill(sockets.a);
    const task = createTask(async () => {
      await attempt(() => loop.sockSendall(sockets.a, data));
    });
    await sleep(0);
    sockets.b.close();
    await task;
  }
}
