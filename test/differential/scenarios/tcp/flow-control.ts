import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  for (const [name, high] of [
    ['the usual marks: ', null],
    ['high is 0: ', 0],
  ] as const) {
    const [client, accepted, server] = await recorders(trace, name);
    accepted.transport.pauseReading();
    client.transport.setWriteBufferLimits({ high });
    client.transport.write(Buffer.from('little'));
    client.lane('wrote little');
    client.transport.write(Buffer.alloc(20_000_000, 'x'));
    client.lane('wrote much');
    client.transport.writelines([Buffer.alloc(1000, 'y'), Buffer.alloc(1000, 'z')]);
    client.lane('wrote more', client.transport.getWriteBufferSize() > 0);
    accepted.transport.resumeReading();
    await accepted.received(20_002_006);
    client.transport.write(Buffer.from('little'));
    await accepted.received(20_002_012);
    client.transport.close();
    await end(server, client, accepted);
    trace(accepted.data.slice(-8));
  }
}
