// A Python program that measures on request: it reads a name from a line, and answers with nanoseconds per operation.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts a peer of ../peers, or returns the reason why it cannot run.
 *
 * @param {import('./runtimes.mjs').Runtime} runtime @param {string} program @param {string[]} args
 * @returns {Promise<{ missing: string } | { measure: (name: string) => Promise<number>, stop: () => void }>}
 */
export async function startPythonPeer(runtime, program, ...args) {
  if ('missing' in runtime) return runtime;
  const file = fileURLToPath(new URL(`../peers/${program}`, import.meta.url));
  const child = spawn(runtime.command, [...runtime.args, file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async measure(name) {
      child.stdin.write(`${name}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`${program} ended while it measured ${name}`);
      return Number(answer.value);
    },
    stop: () => child.stdin.end(),
  };
}
