import { Buffer } from 'node:buffer';
import { createSubprocessExec, createSubprocessShell, DEVNULL, type Future, PIPE, type Process } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const options = { stdin: DEVNULL, stdout: PIPE };

  async function output(starting: Future<Process>): Promise<void> {
    const process = await starting;
    const [stdout] = await process.communicate();
    trace(stdout, process.returncode);
  }

  const program = createSubprocessExec;
  const shell = createSubprocessShell;
  await output(program('printf', ['<%s>', 'a b', '', '"', "'", '$HOME', '*', 'ü'], options));
  await output(program(Buffer.from('printf') as never, ['<%s>', Buffer.from('ü') as never], options));
  await output(program('sh', ['-c', 'echo "$0" "$@"', 'name', 'one', 'two'], options));
  await output(program('pwd', [], { cwd: '/', ...options }));
  await output(program('/usr/bin/env', [], { env: { ONE: '1', EMPTY: '' }, ...options }));
  await output(program('/usr/bin/env', [], { env: {}, ...options }));
  await output(shell('printf "<%s>" a\\ b "c  d" \'$HOME\' $((1 + 2)); exit 9', options));
  const env = { ONE: '1', PATH: '/usr/bin:/bin' };
  await output(shell('echo $ONE | tr 1 2', { env, cwd: '/', ...options }));
  await output(shell('', options));
}
