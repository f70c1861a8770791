import { Buffer } from 'node:buffer';
import { SOCK_DGRAM, type Socket } from '@bight/sockets';
import { createTask, type InetAddress, sleep } from 'bight';
import { bound, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

const isOf = (sender: InetAddress, socket: Socket): boolean => sender.port === socket.getsockname().port;

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using a = bound(SOCK_DGRAM);
  using b = bound(SOCK_DGRAM);
  const address = a.getsockname();
  const receive = async (): Promise<[Buffer, InetAddress]> => await loop.sockRecvfrom(a, 100);

  const receiving = createTask(receive);
  await sleep(0);
  for (const data of ['one', '', 'three']) trace(await loop.sockSendto(b, Buffer.from(data), address));
  const [first, firstSender] = await receiving;
  trace(first, isOf(firstSender, b));
  const [second, secondSender] = await loop.sockRecvfrom(a, 100);
  trace(second, isOf(secondSender, b));
  const [third] = await loop.sockRecvfrom(a, 2);
  trace(third);
  const memory = Buffer.alloc(6, '.');
  for (const nbytes of [0, 3]) {
    await loop.sockSendto(b, Buffer.from('abcde'), address);
    const [count, sender] = await loop.sockRecvfromInto(a, memory, { nbytes });
    trace(count, isOf(sender, b), memory);
  }
  try {
    await loop.sockSendto(b, Buffer.alloc(70000, '-'), address);
  } catch (error) {
    trace(error);
  }
}
