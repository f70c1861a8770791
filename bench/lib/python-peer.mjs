// A Python program that measures on request: it is sent a name on a line, and answers with nanoseconds per operation.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts a peer of ./peers; `null` when there is no python3, or the program cannot run.
 *
 * @param {string} program
 * @param {string[]} [args]
 */
export async function startPythonPeer(program, args = []) {
  const file = fileURLToPath(new URL(`../peers/${program}`, import.meta.url));
  const child = spawn('python3', [file, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise((resolve) => child.once('error', resolve).once('exit', resolve));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await Promise.race([answers.next(), failed.then(() => ({ done: true }))]);
  if (first.done) return null;
  return {
    version: String(first.value),
    /** @param {string} name */
    async measure(name) {
      child.stdin.write(`${name}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`${program} ended while it measured ${name}`);
      return Number(answer.value);
    },
    stop() {
      child.stdin.end();
    },
  };
}
