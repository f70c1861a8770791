import { sleep } from 'bight';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  client.keepsOpen = accepted.keepsOpen = true;
  client.transport.writeEof();
  await accepted.eof;
  accepted.transport.writeEof();
  await client.eof;
  for (let turn = 0; turn < 3; turn++) await sleep(0);
  trace(client.transport.isClosing(), accepted.transport.isClosing());
  client.transport.close();
  accepted.transport.close();
  await end(server, client, accepted);
}
