import { Buffer } from 'node:buffer';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getRunningLoop } from 'bight';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [client, accepted, server] = await recorders(trace);
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-scenario-'));
  const file = openSync(path.join(folder, 'file'), 'w+');
  rmSync(folder, { recursive: true });
  trace(await loop.sendfile(client.transport, file));
  writeSync(file, '0123456789', 0);
  client.transport.write(Buffer.from('<'));
  const parts: [offset: number, count: number | null][] = [
    [0, null],
    [3, null],
    [3, 4],
    [8, 100],
    [20, null],
  ];
  for (const [offset, count] of parts) {
    trace(await loop.sendfile(client.transport, file, { offset, count }));
    client.transport.write(Buffer.from('|'));
  }
  client.transport.write(Buffer.from('>'));
  closeSync(file);
  await accepted.received(30);
  trace(accepted.data);
  client.transport.close();
  await end(server, client, accepted);
}
