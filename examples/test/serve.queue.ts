import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { repository } from '../../test/support/workspace.js';

jest.setTimeout(120_000);

const fixture = (name: string) => path.join(repository, 'examples/test/fixtures', name);
const MEGABYTE = 2 ** 20;
const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

class Service {
  readonly child: ChildProcess;
  readonly #exited: Promise<unknown[]>;
  readonly #lines: AsyncIterator<string>;
  port = 0;

  private constructor(module: string, workers: number, kind: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, [fixture('serve.mjs'), fixture(module), `${workers}`, kind], {
      cwd: path.join(repository, 'examples'),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(this.child);
    this.#exited = once(this.child, 'exit');
    this.#lines = createInterface(this.child.stdout!)[Symbol.asyncIterator]();
  }

  static async start(module: string, workers: number, kind: string, env = {}): Promise<Service> {
    const service = new Service(module, workers, kind, env);
    await service.until('ready');
    return service;
  }

  async until(line: string): Promise<void> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error('it has ended');
      if (value.startsWith('port ')) this.port = Number(value.slice(5));
      if (value === line || value.startsWith(line)) return;
    }
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.until('over');
    expect(await this.#exited).toEqual([0, null]);
  }
}

/** Threads take sockets in the same way; CI has no time for them. */
const KINDS = process.env.BIGHT_QUEUE_SAMPLE === undefined ? ['process', 'thread'] : ['process'];

describe.each(KINDS)('serve() with a %s for each worker', (kind) => {
  test('serves the HTTP file server: downloads end well through a reload, and at SIGTERM', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bight-served-'));
    folders.push(folder);
    const content = randomBytes(4 * MEGABYTE);
    writeFileSync(path.join(folder, 'file'), content);
    const service = await Service.start('served-files.mjs', 2, kind, { FOLDER: folder });
    const request = () => open(`http://127.0.0.1:${service.port}/file`);
    const download = async (response: IncomingMessage | Promise<IncomingMessage>) =>
      content.equals(Buffer.concat(await (await response).toArray()));
    // Their bodies are read after the sending workers were asked to end.
    const early = await Promise.all([request(), request(), request()]);
    service.child.kill('SIGHUP');
    await service.until('port');
    await service.until('port');
    expect(await Promise.all(early.map(download))).toEqual([true, true, true]);
    expect(await Promise.all([1, 2, 3, 4].map(() => download(request())))).toEqual([true, true, true, true]);
    const late = await request();
    const stopped = service.stop();
    expect(await download(late)).toBe(true);
    await stopped;
  });

  test('serves the chat: its members talk through a reload, and get the good-bye', async () => {
    const service = await Service.start('served-chat.mjs', 1, kind);
    const [ann, bob] = [await Member.enter(service.port, 'ann'), await Member.enter(service.port, 'bob')];
    bob.say('hello');
    await ann.until('<bob> hello');
    service.child.kill('SIGHUP');
    // The old worker says good-bye to them, as at its end; the new one serves their next connections.
    await Promise.all([ann, bob].map((member) => member.until('* The chat closes. Good-bye!')));
    const [eve, joe] = [await Member.enter(service.port, 'eve'), await Member.enter(service.port, 'joe')];
    joe.say('hello again');
    await eve.until('<joe> hello again');
    const stopped = service.stop();
    await Promise.all([eve, joe].map((member) => member.until('* The chat closes. Good-bye!')));
    await stopped;
  });
});

/** Requests a file over a connection of its own, and reads only the head of the answer. */
async function open(url: string): Promise<IncomingMessage> {
  const [response] = await once(get(url, { agent: false }), 'response');
  return response;
}

/** A member of the chat. */
class Member {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#lines = createInterface({ input: this.#socket })[Symbol.asyncIterator]();
  }

  static async enter(port: number, name: string): Promise<Member> {
    const member = new Member(port);
    member.say(name);
    member.say('/join den');
    await member.until('* You are in den,');
    return member;
  }

  say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  /** Reads until a line contains this text. */
  async until(text: string): Promise<void> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`never got ${text}`);
      if (value.includes(text)) return;
    }
  }
}
