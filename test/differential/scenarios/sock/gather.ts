import { Buffer } from 'node:buffer';
import type { Socket } from '@bight/sockets';
import { CancelledError, createTask, gather, sleep } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using first = pair();
  using second = pair();
  using third = pair();
  const { a, b } = first;
  const { a: c, b: d } = second;
  const { a: e, b: f } = third;

  const receive = async (name: string, socket: Socket): Promise<Buffer> => {
    const data = await loop.sockRecv(socket, 10);
    trace(name, data);
    return data;
  };
  const one = async (): Promise<Buffer> => await receive('one', a);
  const two = async (): Promise<Buffer> => await receive('two', c);
  const three = async (): Promise<Buffer> => await receive('three', e);
  const together = async (): Promise<Buffer[]> => await gather([one, two, three]);

  let task = createTask(together);
  for (let turn = 0; turn < 3; turn++) await sleep(0);
  for (const [socket, data] of [
    [f, '3'],
    [d, '2'],
    [b, '1'],
  ] as const) {
    socket.send(Buffer.from(data));
  }
  trace(await task);
  task = createTask(together);
  for (let turn = 0; turn < 3; turn++) await sleep(0);
  d.send(Buffer.from('2'));
  b.send(Buffer.from('1'));
  await sleep(0.01);
  task.cancel();
  try {
    await task;
  } catch (error) {
    if (error instanceof CancelledError) trace('cancelled');
  }
  f.send(Buffer.from('3'));
  trace(await loop.sockRecv(e, 10));
}
