import { closeSync, openSync } from 'node:fs';
import { getRunningLoop, type SendfileOptions } from 'bight';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [client, accepted, server] = await recorders(trace);
  const file = openSync('package.json', 'r');
  const all = [{ count: 0 }, { count: -1 }, { offset: -1 }, { count: 'x' }] as SendfileOptions[];
  for (const options of all) {
    try {
      trace(await loop.sendfile(client.transport, file, options));
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  client.transport.close();
  try {
    await loop.sendfile(client.transport, file);
  } catch (error) {
    trace(error);
  }
  closeSync(file);
  await end(server, client, accepted);
}
