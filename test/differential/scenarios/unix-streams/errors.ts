import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type CreateUnixConnectionOptions,
  type CreateUnixServerOptions,
  getRunningLoop,
  Protocol,
} from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const factory = () => new Protocol();
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const place = path.join(folder, 'socket');
  const stale = path.join(folder, 'stale');
  // A process that is killed leaves its socket's file behind.
  const listen = `require('net').createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', listen]);
  } catch {
    // Killed.
  }
  for (const one of [place, stale]) {
    try {
      await loop.createUnixConnection(factory, { path: one });
    } catch (error) {
      trace(error);
    }
  }
  for (const options of [
    {},
    { path: place, sock: {} },
    { path: place, serverHostname: 'localhost' },
    { path: place, ssl: true },
    { path: place, sslHandshakeTimeout: 1 },
  ] as CreateUnixConnectionOptions[]) {
    try {
      await loop.createUnixConnection(factory, options);
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  for (const options of [
    {},
    { path: place, sock: {} },
    { path: place, ssl: true },
    { path: place, sslHandshakeTimeout: 1 },
    { path: path.join(folder, 'no folder', 'socket') },
    { path: path.join(folder, 'x'.repeat(200)) },
  ] as unknown as CreateUnixServerOptions[]) {
    try {
      await loop.createUnixServer(factory, options);
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  const server = await loop.createUnixServer(factory, { path: stale });
  const [transport] = await loop.createUnixConnection(factory, { path: stale });
  trace('the stale one was replaced');
  transport.abort();
  server.close();
  rmSync(folder, { recursive: true });
}
