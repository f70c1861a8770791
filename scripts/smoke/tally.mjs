// Runs one check after another and keeps count.
import { spawn } from 'node:child_process';

export class Tally {
  passed = 0;
  failed = 0;

  /** Counts a check: an empty list of problems is a pass. */
  note(name, problems) {
    if (problems.length === 0) this.passed += 1;
    else this.failed += 1;
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const problem of problems) console.log(problem.replace(/^/gm, '     '));
  }

  /** Runs a program as a check: it must exit with 0 within the time; otherwise its output is shown. */
  async program(name, command, args, { cwd, env, timeoutSeconds = 180 }) {
    const { code, output } = await execute(
      command,
      args,
      { cwd, env: { ...process.env, ...env } },
      timeoutSeconds,
    );
    this.note(name, code === 0 ? [] : [`exit status ${code}\n${output}`]);
  }
}

function execute(command, args, options, timeoutSeconds) {
  const { promise, resolve } = deferred();
  // A process group of its own, so that the processes that it started end with it.
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let isTimedOut = false;
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const timer = setTimeout(() => {
    isTimedOut = true;
    process.kill(-child.pid, 'SIGKILL');
  }, timeoutSeconds * 1000);
  child.on('error', (error) => resolve({ code: error.message, output }));
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    resolve({ code: isTimedOut ? `none after ${timeoutSeconds} s` : (code ?? signal), output });
  });
  return promise;
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
