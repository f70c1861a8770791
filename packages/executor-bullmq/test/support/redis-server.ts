import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

/** A Redis server of a test's own, on a free port of the loopback interface, which writes down what it has acknowledged. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'bight-redis-'));
  }

  /** Starts one. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the server again, with the data that it had. */
  async restart(): Promise<void> {
    const args = [
      '--port',
      `${this.port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'yes',
      '--dir',
      this.#folder,
    ];
    this.#process = spawn('redis-server', args, { stdio: 'ignore' });
    await once(this.#process, 'spawn');
    await this.ask((redis) => redis.ping());
  }

  /** Ends the server as a crash does. */
  async kill(): Promise<void> {
    const server = this.#process!;
    this.#process = null;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Ends the server, and removes its data. */
  async stop(): Promise<void> {
    if (this.#process !== null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Asks the server, through a connection that is closed afterwards. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on('error', () => undefined);
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** The keys that there are, sorted. */
  async keys(): Promise<string[]> {
    return await this.ask(async (redis) => (await redis.keys('*')).sort());
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
