import { Buffer } from 'node:buffer';
import { createSubprocessExec, createSubprocessShell, type IncompleteReadError, PIPE } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';
export const style = 'async';

export async function main(trace: Trace): Promise<void> {
  let process = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
  const stdin = process.stdin!;
  const stdout = process.stdout!;
  trace(stdin.isClosing(), stdout.atEof(), process.returncode);
  stdin.writelines(['one\ntwo', '\nthree|fo', 'ur'].map((text) => Buffer.from(text)));
  await stdin.drain();
  trace(await stdout.readline(), await stdout.readexactly(4));
  trace(await stdout.readuntil(Buffer.from('|')));
  stdin.close();
  trace(stdin.isClosing());
  await stdin.waitClosed();
  trace(await stdout.read(), stdout.atEof(), await stdout.read());
  try {
    await stdout.readexactly(1);
  } catch (error) {
    const { partial, expected } = error as IncompleteReadError;
    trace(trace.kind(error), partial, expected);
  }
  trace(await process.wait());
  process = await createSubprocessShell('echo a; echo b; printf c', { stdout: PIPE, limit: 10 });
  for await (const line of process.stdout!) trace(line);
  trace(await process.wait());
  process = await createSubprocessShell('echo 12345678901234567890', { stdout: PIPE, limit: 10 });
  try {
    await process.stdout!.readline();
  } catch (error) {
    trace(trace.kind(error));
  }
  trace(await process.communicate(), process.returncode);
}
