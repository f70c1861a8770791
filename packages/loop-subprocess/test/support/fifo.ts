import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bight-pipes-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a FIFO in a folder that is the running test's own; returns its name. */
export function makeFifo(): string {
  const name = path.join(folder, 'fifo');
  execFileSync('mkfifo', [name]);
  return name;
}

/** Makes a FIFO and opens both ends. */
export function fifo(): { reader: number; writer: number; name: string } {
  const name = makeFifo();
  const reader = openSync(name, O_RDONLY | O_NONBLOCK);
  const writer = openSync(name, O_WRONLY | O_NONBLOCK);
  return { reader, writer, name };
}

/** Whether a descriptor is open. */
export function isOpen(fd: number): boolean {
  try {
    closeSync(openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Two ends of a Unix connection: this process's stream, and a descriptor of the other end to give away. */
export async function socketEnds(): Promise<{ near: net.Socket; fd: number }> {
  const server = net.createServer({ pauseOnConnect: true }).listen(path.join(folder, 'socket'));
  const near = net.connect(path.join(folder, 'socket'));
  const far = await new Promise<net.Socket>((resolve) => server.once('connection', resolve));
  server.close();
  const { _handle: handle } = far as unknown as { _handle: { fd: number } };
  return { near, fd: handle.fd };
}
