import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  accepted.transport.pauseReading();
  const { transport } = client;
  trace(transport.getWriteBufferLimits());
  for (const limits of [{ high: 1000 }, { low: 100 }, { high: 8, low: 8 }, { high: 0 }, {}, { low: 0 }]) {
    transport.setWriteBufferLimits(limits);
    trace(transport.getWriteBufferLimits());
  }
  for (const limits of [{ high: 1, low: 2 }, { high: -1 }, { low: -1 }, { high: 10, low: -1 }]) {
    try {
      transport.setWriteBufferLimits(limits);
    } catch (error) {
      trace(trace.kind(error), transport.getWriteBufferLimits());
    }
  }
  transport.setWriteBufferLimits({ high: 100_000_000 });
  transport.write(Buffer.alloc(30_000_000, 'x'));
  client.lane('written');
  transport.setWriteBufferLimits({ high: 1000 });
  client.lane('high lowered');
  transport.setWriteBufferLimits({ high: 100_000_000 });
  client.lane('high raised');
  transport.abort();
  accepted.transport.abort();
  await end(server, client, accepted);
}
