import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  accepted.keepsOpen = true;
  const { transport } = client;
  trace(transport.canWriteEof());
  transport.write(Buffer.from('question'));
  transport.writeEof();
  transport.writeEof();
  try {
    transport.write(Buffer.from('more'));
  } catch (error) {
    trace(trace.kind(error));
  }
  try {
    transport.writelines([Buffer.from('more')]);
  } catch (error) {
    trace(trace.kind(error));
  }
  trace(transport.isClosing(), transport.isReading());
  await accepted.eof;
  trace(accepted.data, accepted.transport.isClosing());
  accepted.transport.write(Buffer.alloc(1000000, 'a'));
  accepted.transport.close();
  await client.received(1000000);
  await end(server, client, accepted);
  trace(client.data.length);
}
