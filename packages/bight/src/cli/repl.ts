import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type REPLServer, start } from 'node:repl';
import { PassThrough } from 'node:stream';
import { capture, runInCarrier } from '@bight/contextvars/low-level';
import { getRunningLoop, run } from '../index.js';

type Names = typeof import('../index.js');

/** Reads and runs JavaScript, line by line, inside a running loop: with `await`, and every name of bight. */
export async function runRepl(): Promise<number> {
  // At run time: a namespace of all names, made by the build, would keep all of them in every bundle.
  const names = await import('../index.js');
  await run(async () => await (process.stdin.isTTY ? onTerminal(names) : fromPipe(names)));
  return 0;
}

async function onTerminal(names: Names): Promise<void> {
  process.stdout.write(
    `bight on Node.js ${process.version}. Every name of bight is there, and await works.\n`,
  );
  // Ctrl-C ends the line under way, also while it awaits something, and not the prompt.
  const repl = withNames(names, start({ prompt: 'bight> ', useGlobal: false, breakEvalOnSigint: true }));
  const history = process.env.BIGHT_REPL_HISTORY ?? path.join(homedir(), '.bight_repl_history');
  if (history !== '') repl.setupHistory(history, () => {});
  await once(repl, 'exit');
}

/** One line after the other: Node would begin with the next one while the last still awaits something. */
async function fromPipe(names: Names): Promise<void> {
  const input = new PassThrough();
  const repl = withNames(
    names,
    start({ prompt: '', input, output: process.stdout, terminal: false, useGlobal: false }),
  );
  let isOver = false;
  let next: () => void = () => {};
  const exit = once(repl, 'exit').then(() => {
    isOver = true;
    next();
  });
  // After a result, after an error, and in the middle of a statement.
  const { displayPrompt } = repl;
  repl.displayPrompt = (preserveCursor) => {
    displayPrompt.call(repl, preserveCursor);
    next();
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const prompted = new Promise<void>((resolve) => {
      next = resolve;
    });
    input.write(`${line}\n`);
    await prompted;
    if (isOver) return;
  }
  input.end();
  await exit;
}

function withNames(bight: Names, repl: REPLServer): REPLServer {
  Object.assign(repl.context, bight, { bight, loop: getRunningLoop() });
  // Code that a key starts has the asynchronous context in which standard input was opened, which may not be the
  // loop's.
  const carrier = capture();
  const { eval: evaluate } = repl;
  type Line = Parameters<typeof evaluate>;
  function evaluateLine(this: REPLServer, line: Line): void {
    evaluate.apply(this, line);
  }
  Object.assign(repl, {
    eval(...line: Line) {
      runInCarrier(carrier, evaluateLine, repl, line);
    },
  });
  return repl;
}
