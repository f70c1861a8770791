import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A place where calls in workers wait (`waitAt` of fixtures/work.js) until the test lets them go on. */
export class Gate {
  readonly path: string;
  readonly #directory: string;
  readonly #server: net.Server;
  readonly #waiting: net.Socket[] = [];
  readonly #arrivals: (() => void)[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
    this.path = path.join(directory, 'gate');
    this.#server = net.createServer((socket) => {
      socket.on('error', () => {});
      this.#waiting.push(socket);
      for (const check of this.#arrivals.slice()) check();
    });
  }

  static async create(): Promise<Gate> {
    const gate = new Gate(await mkdtemp(path.join(os.tmpdir(), 'gate-')));
    await new Promise<void>((resolve) => gate.#server.listen(gate.path, resolve));
    return gate;
  }

  /** Resolves when this many calls are waiting. */
  async reached(count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = () => {
        if (this.#waiting.length >= count) resolve();
      };
      this.#arrivals.push(check);
      check();
    });
  }

  /** How many calls are waiting. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Releases the calls that are waiting. */
  open(): void {
    for (const socket of this.#waiting.splice(0)) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#directory, { recursive: true });
  }
}
