import { Buffer } from 'node:buffer';
import {
  createTask,
  openConnection,
  type StreamReader,
  type StreamWriter,
  sleep,
  startServer,
  wait,
} from 'bight';
import { newFuture } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const goOn = newFuture();
  const received = newFuture<number>();

  const serve = async (reader: StreamReader, writer: StreamWriter) => {
    await goOn;
    received.setResult((await reader.read()).length);
    writer.close();
  };

  const server = await startServer(serve, { host: '127.0.0.1', port: 0, limit: 1024 });
  const { port } = server.sockets[0]!.getsockname();
  const [, writer] = await openConnection({ host: '127.0.0.1', port });
  const order: number[] = [];
  await writer.drain();
  writer.write(Buffer.alloc(10_000_000, 'x'));

  const drain = async (number: number) => {
    writer.write(Buffer.from('y'));
    await writer.drain();
    order.push(number);
  };

  const numbers = [...Array(100).keys()];
  const tasks = numbers.map((number) => createTask(() => drain(number)));
  for (let turn = 0; turn < 3; turn++) await sleep(0);
  trace(order, tasks.filter((task) => task.done()).length);
  tasks[50]!.cancel();
  await sleep(0);
  trace(tasks[50]!.cancelled());
  goOn.setResult(undefined);
  await wait(tasks);
  trace(order.join() === numbers.filter((number) => number !== 50).join());
  writer.close();
  await writer.waitClosed();
  trace(await received);
  server.close();
  await server.waitClosed();
}
