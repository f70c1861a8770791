import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A pipe, as `os.pipe()` makes one: Node has no such function, but a FIFO without a name is the same. */
export function makePipe(): [reader: number, writer: number] {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const name = path.join(folder, 'fifo');
  execFileSync('mkfifo', [name]);
  const reader = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(name, constants.O_WRONLY);
  rmSync(folder, { recursive: true });
  return [reader, writer];
}
