import { isMainThread } from 'node:worker_threads';
import { makeSocketFolder, socketOf } from './socket-folder.js';
import { INSPECTED, type ListenAddress, launch } from './start-inspector.js';
import { joinInspectors } from './worker-agents.js';

/**
 * Starts the inspector that the environment variable `BIGHT_INSPECT` asks for: `1` for a Unix socket named by the pid,
 * in a folder of this user; a larger number for that socket and a port.
 */
export function startFromEnvironment(): void {
  const value = process.env.BIGHT_INSPECT;
  const isWanted = value !== undefined && value !== '' && value !== '0';
  // Reading `isMainThread` loads Node's module, which most programs do not need.
  if (!isWanted && process.env[INSPECTED] !== '1') return;
  if (!isMainThread) {
    // The inspector of the process shows the loops of its worker threads, too.
    joinInspectors();
    return;
  }
  if (!isWanted) return;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    process.emitWarning(`BIGHT_INSPECT must be 1 or a port, not ${JSON.stringify(value)}`);
    return;
  }
  void listen(async () => {
    makeSocketFolder();
    await launch({ path: socketOf(process.pid), port: 0, host: '127.0.0.1' });
  });
  if (port === 1) return;
  void listen(async () => {
    const address: ListenAddress = { path: null, port, host: '127.0.0.1' };
    const { url, token } = await launch(address);
    process.stderr.write(`bight inspector: ${url}/#token=${token}\n`);
  });
}

/** A program runs on where its inspector cannot start. */
async function listen(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.emitWarning(`the inspector could not be started: ${(error as Error).message}`);
  }
}
