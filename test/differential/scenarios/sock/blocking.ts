import { Buffer } from 'node:buffer';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const data = Buffer.from('x');
  a.setblocking(true);
  loop.setDebug(true);
  for (const call of [
    () => loop.sockRecv(a, 1),
    () => loop.sockRecvInto(a, Buffer.alloc(1)),
    () => loop.sockRecvfrom(a, 1),
    () => loop.sockRecvfromInto(a, Buffer.alloc(1)),
    () => loop.sockSendall(a, data),
    () => loop.sockSendto(a, data, ''),
    () => loop.sockConnect(a, ''),
    () => loop.sockAccept(a),
  ]) {
    try {
      await call();
    } catch (error) {
      trace(error);
    }
  }
  loop.setDebug(false);
  b.send(data);
  trace(await loop.sockRecv(a, 1));
}
