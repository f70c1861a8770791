// A compiled example, in a process of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { root } from '../packages.mjs';

const running = new Set();

/** The file of an example's program. */
export const programOf = (name) => path.join(root, 'examples', 'dist', `${name}.js`);

/** Runs a command to its end, and returns its output. */
export const run = promisify(execFile);

export class Program {
  #lines;
  #errors = '';

  /** @param {string} name of the example @param {string[]} args */
  constructor(name, args = []) {
    this.child = spawn(process.execPath, [programOf(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.child);
    this.closed = once(this.child, 'close');
    this.closed.then(() => running.delete(this.child));
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#errors += text;
    });
  }

  /** Reads the output until a line matches; returns the pattern's captures. */
  async until(pattern) {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`the example has ended: ${this.#errors}`);
      const match = pattern.exec(value);
      if (match !== null) return match.slice(1);
    }
  }

  /** Interrupts it as a terminal does; its exit status must be 0, and its standard error empty. */
  async stop() {
    this.child.kill('SIGTERM');
    const [status] = await this.closed;
    if (status !== 0 || this.#errors !== '') throw new Error(`it ended with ${status}: ${this.#errors}`);
  }
}

/** Kills the programs that a check has left running. */
export async function stopPrograms() {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
