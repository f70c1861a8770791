// The load of a TLS server, from a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pinned } from './pinning.mjs';

const run = promisify(execFile);
const client = fileURLToPath(new URL('./tls-load.mjs', import.meta.url));

/**
 * Measures the same as ServerProcess.load('echo'), over TLS.
 *
 * @param {import('./server-process.mjs').ServerProcess} server @param {number} connections
 * @param {number} bytes of a message @param {number} seconds
 */
export async function secureLoad(server, connections, bytes, seconds) {
  return await server.measured(async ({ child, target }) => {
    const args = [client, target, child.pid, connections, bytes, seconds].map(String);
    const { stdout } = await run(...pinned(1, process.execPath, args));
    return JSON.parse(stdout);
  });
}
