import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CreateSubprocessOptions, createSubprocessShell, DEVNULL, PIPE, STDOUT } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  async function shell(command: string, stdio: CreateSubprocessOptions): Promise<void> {
    const process = await createSubprocessShell(command, stdio);
    trace([process.stdin, process.stdout, process.stderr].map((stream) => stream === null));
    trace(await process.communicate(), process.returncode);
  }

  await shell('cat', { stdin: DEVNULL, stdout: PIPE });
  await shell('echo one; echo two >&2; echo three', { stdin: DEVNULL, stdout: PIPE, stderr: STDOUT });
  await shell('echo gone; echo kept >&2', { stdin: DEVNULL, stdout: DEVNULL, stderr: PIPE });
  await shell('echo gone; echo gone >&2', { stdin: DEVNULL, stdout: DEVNULL, stderr: STDOUT });
  await shell('exec 3>&2; echo "$(readlink /proc/$$/fd/0)"', { stdin: DEVNULL, stdout: PIPE, stderr: PIPE });
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const name = path.join(folder, 'file');
  const file = openSync(name, 'w');
  await shell('echo first; echo second >&2', { stdin: DEVNULL, stdout: file, stderr: STDOUT });
  await shell('echo third', { stdin: DEVNULL, stdout: file });
  closeSync(file);
  const again = openSync(name, 'r');
  await shell('cat', { stdin: again, stdout: PIPE });
  closeSync(again);
  rmSync(folder, { recursive: true });
}
