import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { RunningExample } from './support/example.js';

/** A client such as telnet. */
class Client {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.#lines = createInterface({ input: this.socket })[Symbol.asyncIterator]();
  }

  say(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** The next line; `null` at the end. */
  async nextLine(): Promise<string | null> {
    const { done, value } = await this.#lines.next();
    return done ? null : value;
  }

  /** Reads until a line arrives. */
  async until(line: string): Promise<void> {
    for (;;) {
      const read = await this.nextLine();
      if (read === line) return;
      if (read === null) throw new Error(`never got ${line}`);
    }
  }

  async leave(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }
}

async function startServer(): Promise<{ server: RunningExample; port: number }> {
  const server = new RunningExample('chat-server', ['--port', '0']);
  const [port] = await server.until(/Chatting on 127\.0\.0\.1:(\d+)/);
  return { server, port: Number(port) };
}

describe('the chat server', () => {
  let port: number;

  beforeAll(async () => {
    ({ port } = await startServer());
  });

  /** A member with a name, in a room of its own. */
  async function member(name: string, room: string): Promise<Client> {
    const client = new Client(port);
    client.say(name, `/join ${room}`);
    for (let line = await client.nextLine(); ; line = await client.nextLine()) {
      if (line?.startsWith(`* You are in ${room},`)) return client;
    }
  }

  test('delivers lines to the members of a room only', async () => {
    const ann = await member('ann', 'den');
    const bob = await member('bob', 'den');
    const eve = await member('eve', 'attic');
    expect(await ann.nextLine()).toBe('* bob has come in');
    ann.say('hello');
    bob.say('hi', '/who');
    expect(await bob.nextLine()).toBe('<ann> hello');
    expect(await bob.nextLine()).toBe('* ann, bob');
    expect(await ann.nextLine()).toBe('<bob> hi');
    eve.say('/rooms');
    expect(await eve.nextLine()).toMatch(/\battic, den\b/);
    bob.say('/join attic');
    expect(await ann.nextLine()).toBe('* bob has left');
    expect(await eve.nextLine()).toBe('* bob has come in');
    await Promise.all([ann, bob, eve].map((client) => client.leave()));
  });

  test('gives a name to one only, until it is free again', async () => {
    const first = await member('carl', 'hall');
    const second = new Client(port);
    second.say('carl', 'not a name', 'carla', '/quit');
    await second.until('* That name is not to be had. Another one?');
    await second.until('* That name is not to be had. Another one?');
    await second.until('* Good-bye!');
    expect(await second.nextLine()).toBeNull();
    const witness = await member('witness', 'hall');
    await first.leave();
    await witness.until('* carl has left');
    await (await member('carl', 'hall')).leave();
    await witness.leave();
  });

  test('takes control characters out of what is said', async () => {
    const [dora, dan] = [await member('dora', 'cave'), await member('dan', 'cave')];
    dora.say('\u001b[2Jhello\u0007');
    expect(await dan.nextLine()).toBe('<dora> [2Jhello');
    await Promise.all([dora.leave(), dan.leave()]);
  });

  test('cuts off a member who does not read, without delaying the rest', async () => {
    const [talker, sleeper] = [await member('talker', 'noise'), await member('sleeper', 'noise')];
    sleeper.socket.pause();
    await talker.until('* sleeper has come in');
    const line = 'x'.repeat(60_000);
    let isGone = false;
    const gone = talker.until('* sleeper has left').then(() => {
      isGone = true;
    });
    while (!isGone) {
      talker.say(line);
      await new Promise((resolve) => talker.socket.write('', resolve));
    }
    await gone;
    await Promise.all([talker.leave(), sleeper.leave()]);
  });

  test('says good-bye to every member at SIGTERM, and ends', async () => {
    const { server, port: ownPort } = await startServer();
    const clients = ['fred', 'gina'].map((name) => {
      const client = new Client(ownPort);
      client.say(name);
      return client;
    });
    const nameless = new Client(ownPort);
    expect(await nameless.nextLine()).toBe('* What is your name?');
    for (const client of clients) {
      await client.until('* /join ROOM, /rooms, /who, /quit; everything else is said to the room');
    }
    server.signal('SIGTERM');
    for (const client of clients) {
      await client.until('* The chat closes. Good-bye!');
      expect(await client.nextLine()).toBeNull();
    }
    expect(await nameless.nextLine()).toBeNull();
    expect(await server.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
  });
});
