import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from '@jest/globals';
import { nodeArguments } from '../../../test/support/compiled.js';
import { repository } from '../../../test/support/workspace.js';

const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

/** The command line of an example. */
export function commandLine(name: string, args: readonly string[] = []): string[] {
  const file = path.join(repository, 'examples', 'src', `${name}.ts`);
  return [process.execPath, ...nodeArguments(file, args)];
}

/** An example that runs until it is stopped; it is killed at the end of the test file at the latest. */
export class RunningExample {
  readonly #child: ChildProcess;
  readonly #output: AsyncIterator<string>;
  readonly #closed: Promise<unknown[]>;
  #errorOutput = '';

  constructor(name: string, args: readonly string[] = []) {
    const [node, ...rest] = commandLine(name, args) as [string, ...string[]];
    const child = spawn(node, rest, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    this.#child = child;
    this.#closed = once(child, 'close');
    child.once('close', () => running.delete(child));
    this.#output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput += text;
    });
  }

  /** The next line of its output. */
  async line(): Promise<string> {
    const { done, value } = await this.#output.next();
    if (done) throw new Error(`the example has ended: ${this.#errorOutput}`);
    return value;
  }

  /** Reads its output until a line matches; returns the pattern's captures. */
  async until(pattern: RegExp): Promise<string[]> {
    for (;;) {
      const match = pattern.exec(await this.line());
      if (match !== null) return match.slice(1);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. */
  async end(): Promise<{ status: unknown; rest: string[]; errorOutput: string }> {
    const rest: string[] = [];
    for (let next = await this.#output.next(); !next.done; next = await this.#output.next())
      rest.push(next.value);
    const [status, signal] = await this.#closed;
    return { status: status ?? signal, rest, errorOutput: this.#errorOutput };
  }
}
