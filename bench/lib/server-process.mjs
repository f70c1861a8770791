// A server in a process of its own, and the load that measures it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nativeProgram } from './native.mjs';
import { pinned } from './pinning.mjs';

const run = promisify(execFile);
const SERVER_PROCESSOR = 0;
const LOAD_PROCESSOR = 1;

/** A contender, started when it is first measured and stopped with `stop()`. */
export class ServerProcess {
  #start;
  #started = null;
  #directory = null;

  /**
   * @param {(config: object) => { command: string, args: string[], env?: Record<string, string> }} commandLine @param
   * {object} config
   */
  constructor(commandLine, config) {
    this.#start = async () => {
      if (config.transport === 'unix') this.#directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
      const socketPath = this.#directory && path.join(this.#directory, 'socket');
      const { command, args, env } = commandLine({ ...config, path: socketPath });
      const child = spawn(...pinned(SERVER_PROCESSOR, command, args), {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      });
      let complaints = '';
      child.stderr.on('data', (data) => {
        complaints += data;
      });
      const lines = createInterface({ input: child.stdout });
      const ended = once(child, 'exit').then(([status, signal]) => {
        const how = signal === null ? `status ${status}` : `signal ${signal}`;
        throw new Error(
          `the server (${[command, ...args].join(' ')}) ended with ${how}\n${complaints}`.trim(),
        );
      });
      ended.catch(() => {});
      const [line] = await Promise.race([once(lines, 'line'), ended]);
      return { child, ended, target: socketPath ?? String(JSON.parse(line).port) };
    };
  }

  /** Its process, and what a load connects to. */
  ready() {
    this.#started ??= this.#start();
    return this.#started;
  }

  /**
   * Measures the server. If that fails because the server has ended, the error has its exit status and its standard
   * error.
   *
   * @template T @param {(started: { child: import('node:child_process').ChildProcess, target: string }) => Promise<T>}
   *   measure
   */
  async measured(measure) {
    const started = await this.ready();
    try {
      return await Promise.race([measure(started), started.ended]);
    } catch (error) {
      const { child } = started;
      // A load fails at once when a connection breaks; Node may report the exit of the server a moment later.
      await Promise.race([once(child, 'exit'), new Promise((resolve) => setTimeout(resolve, 200))]);
      if (child.exitCode !== null || child.signalCode !== null) await started.ended;
      throw new Error(
        `the load of the server (process ${child.pid}, which goes on) failed: ${error.message}`,
        {
          cause: error,
        },
      );
    }
  }

  /**
   * Loads it with the native program; ../native/load.c describes the arguments and the answer.
   *
   * @param {string} mode @param {(string | number)[]} args
   */
  async load(mode, ...args) {
    return await this.measured(({ child, target }) =>
      load('load', mode, mode === 'cpu' ? '-' : target, child.pid, ...args),
    );
  }

  /**
   * Loads it over TLS; ../native/tls-load.c describes the arguments and the answer.
   *
   * @param {string} mode @param {number[]} args
   */
  async loadSecurely(mode, ...args) {
    return await this.measured(({ child, target }) => load('tls-load', mode, target, child.pid, ...args));
  }

  async stop() {
    if (this.#started === null) return;
    const { child } = await this.#started;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await exit;
      clearTimeout(timer);
    }
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true });
    this.#started = null;
  }
}

async function load(name, mode, target, pid, ...args) {
  const program = nativeProgram(name);
  if ('missing' in program) throw new Error(`servers cannot be measured: ${program.missing}`);
  const words = [mode, target, pid, ...args].map(String);
  const { stdout } = await run(...pinned(LOAD_PROCESSOR, program.file, words));
  return JSON.parse(stdout);
}

/**
 * What starts each contender, as far as it is installed. @param {Record<string, import('./runtimes.mjs').Runtime>}
 * runtimes
 */
export function serverCommands(runtimes) {
  const script = (runtime, file, { env, ...extra } = {}) => {
    if ('missing' in runtime) return { missing: runtime.missing };
    const program = fileURLToPath(new URL(`../servers/${file}`, import.meta.url));
    return {
      version: runtime.version,
      start: (config) => ({
        command: runtime.command,
        args: [...runtime.args, program, JSON.stringify({ ...config, ...extra })],
        env,
      }),
    };
  };
  const epoll = nativeProgram('epoll-server');
  const inC = (modeOf) =>
    'missing' in epoll
      ? epoll
      : {
          version: 'cc -O2',
          start: ({ transport, mode, path: socketPath, file }) => ({
            command: epoll.file,
            args: [transport, modeOf(mode), socketPath ?? '0', ...(file === undefined ? [] : [file])],
          }),
        };
  const secure = nativeProgram('tls-server');
  const byOpenSsl = { BIGHT_LOOP: 'selector', BIGHT_NATIVE_TLS: 'on' };
  return {
    bight: script(runtimes.node, 'bight.mjs', { env: { BIGHT_LOOP: 'selector' } }),
    'bight, OpenSSL': script(runtimes.node, 'bight.mjs', { env: byOpenSsl }),
    'bight, node:tls': script(runtimes.node, 'bight.mjs', {
      env: { ...byOpenSsl, BIGHT_NATIVE_TLS: 'off' },
    }),
    'C OpenSSL':
      'missing' in secure
        ? secure
        : {
            version: 'cc -O2',
            start: ({ cert, key }) => ({ command: secure.file, args: ['0', cert, key] }),
          },
    // What any stream is above a protocol: an async function for each client.
    'bight, promises': script(runtimes.node, 'bight.mjs', {
      env: { BIGHT_LOOP: 'selector' },
      style: 'promises',
    }),
    'bight, proactor': script(runtimes.node, 'bight.mjs', { env: { BIGHT_LOOP: 'proactor' } }),
    'C epoll': inC((mode) => mode),
    // Receives into memory that may be kept, as for a protocol.
    'C epoll, kept memory': inC((mode) => `${mode}-kept`),
    // What it takes to receive into memory of each connection's own, which a buffered protocol brings along.
    'C epoll, own memory': inC((mode) => `${mode}-own`),
    uvloop: script(runtimes.uvloop, 'asyncio_server.py', { loop: 'uvloop' }),
    asyncio: script(runtimes.python, 'asyncio_server.py', { loop: 'asyncio' }),
    node: script(runtimes.node, 'node.mjs'),
    Bun: script(runtimes.bun, 'bun.mjs'),
    Deno: script(runtimes.deno, 'deno.mjs'),
  };
}
