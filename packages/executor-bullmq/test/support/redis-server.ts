import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

/** What makes a server a safe one. */
export interface Security {
  readonly password: string;
  readonly ca: Buffer;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * A Redis server of a test's own, on a free port of the loopback interface, which writes down what it has acknowledged.
 */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #security: Security | null;
  #process: ChildProcess | null = null;

  private constructor(port: number, security: Security | null) {
    this.port = port;
    this.#security = security;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'bight-redis-'));
  }

  /** Starts one; with `security` it takes TLS connections only, with a password. */
  static async start(security: Security | null = null): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), security);
    await server.restart();
    return server;
  }

  get url(): string {
    if (this.#security === null) return `redis://127.0.0.1:${this.port}`;
    return `rediss://:${this.#security.password}@127.0.0.1:${this.port}`;
  }

  /** Starts the server again, with the data that it had. */
  async restart(): Promise<void> {
    const args = [
      ...this.#ports(),
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
    const tls = this.#security === null ? {} : { tls: { ca: this.#security.ca } };
    const redis = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 50, ...tls });
    redis.on('error', () => undefined);
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  #ports(): string[] {
    if (this.#security === null) return ['--port', `${this.port}`];
    const { password, caFile, certFile, keyFile } = this.#security;
    const settings = {
      port: '0',
      'tls-port': `${this.port}`,
      'tls-ca-cert-file': caFile,
      'tls-cert-file': certFile,
      'tls-key-file': keyFile,
      'tls-auth-clients': 'no',
      requirepass: password,
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
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
