import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes two sockets that are connected to each other, with Node.js alone: a server in a folder that no other user may
 * enter, and one connection to it; everything but the two ends is removed again.
 */
export async function socketPair(): Promise<[net.Socket, net.Socket]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bight-'));
  // `manualStart` is how Node itself keeps a socket from reading ahead.
  const options = { allowHalfOpen: true, manualStart: true };
  const server = net.createServer({ ...options, pauseOnConnect: true });
  const near = new net.Socket(options as net.SocketConstructorOpts);
  try {
    const name = path.join(folder, 's');
    server.listen(name);
    await once(server, 'listening');
    near.connect(name);
    const [[far]] = await Promise.all([once(server, 'connection'), once(near, 'connect')]);
    return [near, far as net.Socket];
  } catch (error) {
    near.destroy();
    throw error;
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
