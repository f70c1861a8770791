import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  const three = Buffer.from('three ');
  client.transport.writelines([
    Buffer.from('one '),
    new Uint8Array(Buffer.from('two ')),
    new DataView(three.buffer, three.byteOffset, three.length),
  ]);
  client.transport.writelines(['four ', '', 'five '].map((text) => Buffer.from(text)).values());
  client.transport.writelines([]);
  for (const wrong of [['text'], [Buffer.from('good'), 7], 7, null] as unknown as Buffer[][]) {
    try {
      client.transport.writelines(wrong);
    } catch (error) {
      trace(error);
    }
  }
  await accepted.received(24);
  trace(accepted.data);
  accepted.transport.pauseReading();
  client.transport.writelines(Array<Buffer>(20).fill(Buffer.alloc(1_000_000, 'x')));
  client.lane('wrote much');
  accepted.transport.resumeReading();
  client.transport.close();
  await end(server, client, accepted);
  trace(accepted.data.length);
}
