import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type REPLServer, start } from 'node:repl';
import { PassThrough } from 'node:stream';
import * as bight from '../index.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { setImmediate } = globalThis;

/** Reads and runs JavaScript, line by line, inside a running loop: with `await`, and every name of bight. */
export async function runRepl(): Promise<number> {
  await bight.run(async () => await (process.stdin.isTTY ? onTerminal() : fromPipe()));
  return 0;
}

async function onTerminal(): Promise<void> {
  process.stdout.write(
    `bight on Node.js ${process.version}. Every name of bight is there, and await works.\n`,
  );
  const repl = withNames(start({ prompt: 'bight> ', useGlobal: false }));
  const history = process.env.BIGHT_REPL_HISTORY ?? path.join(homedir(), '.bight_repl_history');
  if (history !== '') repl.setupHistory(history, () => {});
  await once(repl, 'exit');
}

/** One line after the other: Node would begin with the next one while the last still awaits something. */
async function fromPipe(): Promise<void> {
  const input = new PassThrough();
  const repl = withNames(
    start({ prompt: '', input, output: process.stdout, terminal: false, useGlobal: false }),
  );
  const exit = once(repl, 'exit');
  const evaluate = repl.eval;
  let pending: Promise<void> | null = null;
  Object.assign(repl, {
    eval(
      code: string,
      context: never,
      file: string,
      done: (error: Error | null, result: unknown) => void,
    ): void {
      pending = new Promise((resolve) => {
        evaluate.call(repl, code, context, file, (error, result) => {
          done(error, result);
          resolve();
        });
      });
    },
  });
  for await (const line of createInterface({ input: process.stdin })) {
    input.write(`${line}\n`);
    await new Promise((resolve) => setImmediate(resolve));
    await pending;
  }
  input.end();
  await exit;
}

function withNames(repl: REPLServer): REPLServer {
  Object.assign(repl.context, bight, { bight, loop: bight.getRunningLoop() });
  return repl;
}
