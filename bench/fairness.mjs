// Latencies in a flooded program: the 99th percentile for a timer, another connection, a `node:http` server and
// `fs.readFile()`, under one flooding connection, under one flooding datagram peer, and beside a chain of callbacks
// each of which schedules the next. The figures are ratios to the same program on Node's own modules.
//
//   pnpm build && node bench/fairness.mjs [--rounds 5] [--seconds 1] [--only TEXT] [--json]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions();
const seconds = Number(options.seconds ?? 1);
/** The target: at most this many times the latency on Node's own modules. */
const AT_MOST = 3;
/** Long enough for a flood to fill all buffers. */
const BEFORE_MS = 200;

const contenders = {
  bight: { kind: 'bight', loop: 'selector' },
  'bight, proactor': { kind: 'bight', loop: 'proactor' },
  node: { kind: 'node' },
};
const floods = {
  connection: 'a flooding connection',
  datagrams: 'flooding datagrams',
  callbacks: 'a chain of callbacks',
};
const probes = {
  timer: 'a timer',
  connection: 'another connection',
  http: 'node:http',
  file: 'fs.readFile()',
};

/** A process that answers requests one by one. */
class Peer {
  #child;

  constructor(file, args = [], env = {}) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      env: { ...process.env, ...env },
    });
  }

  async answer() {
    const ended = once(this.#child, 'exit').then(([status, signal]) => {
      throw new Error(
        `process ${this.#child.pid} (${this.#child.spawnargs.at(-1)}) ended with ${signal ?? `status ${status}`}`,
      );
    });
    ended.catch(() => {});
    const [message] = await Promise.race([once(this.#child, 'message'), ended]);
    return message;
  }

  send(message) {
    this.#child.send(message);
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** A contender under one kind of flood; started when it is first measured. */
class Flooded {
  #started = null;

  constructor(contender, flood) {
    this.contender = contender;
    this.flood = flood;
  }

  #start() {
    this.#started ??= (async () => {
      const { kind, loop } = this.contender;
      const config = JSON.stringify({ kind, flood: this.flood });
      const program = new Peer(
        './fairness/program.mjs',
        [config],
        loop === undefined ? {} : { BIGHT_LOOP: loop },
      );
      const client = new Peer('./fairness/client.mjs');
      const { ports } = await program.answer();
      return { program, client, ports };
    })();
    return this.#started;
  }

  /** The 99th percentile of a probe's latencies, in nanoseconds. */
  async measure(probe) {
    const { program, client, ports } = await this.#start();
    if (this.flood === 'callbacks') program.send({ busy: true });
    else client.send({ flood: this.flood, port: ports.flood });
    await new Promise((resolve) => setTimeout(resolve, BEFORE_MS));
    const asked = probe === 'timer' || probe === 'file' ? program : client;
    asked.send({ probe, port: probe === 'http' ? ports.http : ports.echo, seconds });
    const { latencies } = await asked.answer();
    program.send({ busy: false });
    client.send({ flood: null });
    return latencies.sort((one, other) => one - other)[Math.floor(latencies.length * 0.99)];
  }

  async stop() {
    if (this.#started === null) return;
    const { program, client } = await this.#started;
    await Promise.all([program.stop(), client.stop()]);
  }
}

const contests = Object.entries(floods).flatMap(([flood, under]) =>
  Object.entries(probes).map(([probe, what]) => {
    const flooded = Object.entries(contenders).map(([name, contender]) => [
      name,
      new Flooded(contender, flood),
    ]);
    return {
      name: `p99 of ${what}, ${flood === 'callbacks' ? 'beside' : 'under'} ${under}`,
      base: 'bight',
      contenders: Object.fromEntries(flooded.map(([name, one]) => [name, () => one.measure(probe)])),
      targets: { node: 1 / AT_MOST },
      stop: () => Promise.all(flooded.map(([, one]) => one.stop())),
    };
  }),
);

await runSuite('fairness', contests, { ...options, rounds: Number(options.rounds ?? 5) });
