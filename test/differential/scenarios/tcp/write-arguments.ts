import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  for (const wrong of ['text', 7, null, [1, 2]] as unknown as Buffer[]) {
    try {
      client.transport.write(wrong);
    } catch (error) {
      trace(error);
    }
  }
  client.transport.write(Buffer.alloc(0));
  client.transport.write(new Uint8Array(Buffer.from('bytes')));
  await accepted.received(5);
  client.transport.close();
  client.transport.write(Buffer.from('after close'));
  await client.lost;
  for (let count = 0; count < 10; count++) client.transport.write(Buffer.from('after the end'));
  client.transport.writelines([Buffer.from('after the end')]);
  client.transport.close();
  client.transport.abort();
  await end(server, client, accepted);
  trace(accepted.data);
}
