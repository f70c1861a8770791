// A worker thread of the soak: a loop of its own, one connection, and an end; or it stays until it is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { openConnection, ProactorEventLoop, SelectorEventLoop } from 'bight';

const { port, stays } = workerData;
const loop = new { ProactorEventLoop, SelectorEventLoop }[workerData.loop]();
await loop.runUntilComplete(async () => {
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  await writer.send(Buffer.from('thread'));
  const echoed = (await reader.readexactly(6)).toString() === 'thread';
  parentPort.postMessage(echoed ? 'echoed' : 'wrong');
  if (stays) await loop.createFuture();
  writer.close();
  await writer.waitClosed();
});
loop.close();
