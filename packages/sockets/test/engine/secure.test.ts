import { describe, expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE, SO_SNDBUF, SOL_SOCKET, type Socket } from '../../src/index.js';
import {
  MODE_STREAM,
  sendPieces,
  TlsConnection,
  TlsContext,
  TlsMemory,
  tlsNumbers,
} from '../../src/low-level.js';
import { newEngine, newPair, type TestEngine } from '../support/engines.js';
import { selfSigned } from '../support/self-signed.js';
import { type End, endOf, feed, outputOf, talk, write } from '../support/tls-pair.js';

const { FLAG_ENDED, FLAG_FAILED } = tlsNumbers;
const { key, cert } = selfSigned();
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
const NUMBERS = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 };

/** A connection whose own end the engine protects; the test has the other one in its hands. */
class Secured {
  readonly engine: TestEngine = newEngine();
  readonly slot: number;
  readonly peer: End;
  readonly own: End;
  readonly events: [string, unknown?][] = [];
  /** How many bytes the peer has received. */
  wireBytes = 0;
  /** What the system has not taken, in order. */
  readonly backlog: Buffer[] = [];
  readonly #own: Socket;
  readonly #peer: Socket;

  constructor(version: (typeof versions)[number]) {
    const memory = new TlsMemory();
    const serving = new TlsContext();
    serving.give(tlsNumbers.CONTEXT_CERTIFICATES, cert);
    serving.give(tlsNumbers.CONTEXT_KEY, key);
    serving.set(tlsNumbers.CONTEXT_MAXIMUM, NUMBERS[version]);
    const asking = new TlsContext();
    asking.give(tlsNumbers.CONTEXT_AUTHORITIES, cert);
    const parts = { serverName: 'localhost', session: null };
    this.own = endOf(new TlsConnection(serving, memory, { ...parts, serverSide: true, verify: 0 }));
    this.peer = endOf(new TlsConnection(asking, memory, { ...parts, serverSide: false, verify: 1 }));
    talk(this.peer, this.own);
    [this.#own, this.#peer] = newPair();
    this.#own.setsockopt(SOL_SOCKET, SO_SNDBUF, 4_096);
    this.slot = this.engine.watch(this.#own.fileno(), MODE_STREAM, EVENT_READ, {
      decrypted: (data) => this.events.push(['decrypted', data.toString('latin1')]),
      received: (data) => this.events.push(['received', Buffer.from(data)]),
      tlsReported: (flags) => this.events.push(['reported', flags]),
      ended: () => this.events.push(['ended']),
      unsentSecured: () => this.#keep(this.own.connection.unsent()),
      unsent: (rest) => this.#keep(rest),
      ready: () => this.#sendBacklog(),
    });
    this.engine.secure(this.slot, this.own.connection.number);
  }

  #keep(rest: Buffer | null): void {
    if (rest !== null) this.backlog.unshift(rest);
    this.engine.setInterest(this.slot, EVENT_READ | EVENT_WRITE);
  }

  #sendBacklog(): void {
    let sent = sendPieces(this.#own.fileno(), this.backlog, 0, 0);
    while (sent > 0) {
      const first = this.backlog[0]!;
      const part = Math.min(sent, first.length);
      sent -= part;
      if (part === first.length) this.backlog.shift();
      else this.backlog[0] = first.subarray(part);
    }
    if (this.backlog.length === 0) this.engine.setInterest(this.slot, EVENT_READ);
  }

  /** As a channel does: the engine encrypts unless there is a backlog. */
  send(bytes: Buffer): void {
    const taken = this.backlog.length > 0 ? 0 : this.engine.writeSecured(this.slot, bytes);
    if (taken === bytes.length) return;
    this.engine.flush();
    this.sendRecords(bytes.subarray(taken));
  }

  /** Encrypts by itself, after all that is queued. */
  sendRecords(bytes: Buffer): void {
    this.engine.flush();
    for (let offset = 0; offset < bytes.length; ) {
      this.own.connection.write(bytes, offset);
      offset += this.own.connection.consumed;
      const records = outputOf(this.own);
      const taken = this.backlog.length > 0 ? 0 : this.engine.write(this.slot, records);
      if (taken === records.length) continue;
      this.backlog.push(records.subarray(taken));
      this.engine.setInterest(this.slot, EVENT_READ | EVENT_WRITE);
    }
  }

  /** The peer takes what has come, and gives it to its own TLS. */
  takeAtPeer(): void {
    const memory = Buffer.alloc(100_000);
    for (;;) {
      let count = 0;
      try {
        count = this.#peer.recvInto(memory);
      } catch {
        return;
      }
      if (count === 0) return;
      this.wireBytes += count;
      feed(this.peer, memory.subarray(0, count));
    }
  }

  fromPeer(bytes: Buffer): void {
    this.#peer.sendall(bytes);
  }

  get decrypted(): string {
    return this.events
      .filter(([kind]) => kind === 'decrypted')
      .map(([, data]) => data)
      .join('');
  }
}

describe.each(versions)('a slot with %s', (version) => {
  test('sends records in the order in which they were made, in C and in JavaScript', () => {
    const secured = new Secured(version);
    const sent: Buffer[] = [];
    for (let round = 0; round < 400; round++) {
      const sizes = [1, 90, 1_000, 8_192, 8_193, 20_000, 70_000];
      const bytes = Buffer.alloc(sizes[(round * 5) % sizes.length]!, `piece ${round};`);
      sent.push(bytes);
      if (round % 7 === 3) secured.sendRecords(bytes);
      else secured.send(bytes);
      if (round % 3 === 0) secured.engine.flush();
      if (round % 5 === 0) secured.takeAtPeer();
      if (round % 4 === 0) secured.engine.poll();
    }
    for (let round = 0; round < 100_000; round++) {
      secured.engine.flush();
      secured.takeAtPeer();
      secured.engine.poll();
      const total = secured.peer.received.reduce((sum, { length }) => sum + length, 0);
      if (total === sent.reduce((sum, { length }) => sum + length, 0)) break;
    }
    expect(secured.peer.flags & FLAG_FAILED).toBe(0);
    expect(Buffer.concat(secured.peer.received).equals(Buffer.concat(sent))).toBe(true);
    expect(secured.engine.notes).toEqual([]);
  });

  test('brings what comes in any pieces, and then its end', () => {
    const secured = new Secured(version);
    const text = 'some text, '.repeat(3_000);
    const records = write(secured.peer, Buffer.from(text));
    for (let at = 0, size = 1; at < records.length; at += size, size = (size * 3 + 1) % 5_000) {
      secured.fromPeer(records.subarray(at, at + size));
      secured.engine.poll();
    }
    expect(secured.decrypted).toBe(text);
    secured.peer.connection.end();
    secured.fromPeer(outputOf(secured.peer));
    secured.engine.poll();
    expect(secured.events.at(-1)).toEqual(['reported', FLAG_ENDED]);
  });

  test('brings what was good before a record that is not, and an alert', () => {
    for (const at of [0, 1, 3, 4, 5, 20, -1]) {
      const secured = new Secured(version);
      const good = write(secured.peer, Buffer.from('good'));
      const bad = write(secured.peer, Buffer.from('bad'));
      bad[at < 0 ? bad.length + at : at]! ^= 0x40;
      const after = write(secured.peer, Buffer.from('after'));
      secured.fromPeer(Buffer.concat([good, bad, after]));
      for (let round = 0; round < 4; round++) secured.engine.poll();
      // A record that claims to be longer may wait for what never comes.
      expect(secured.decrypted).toBe('good');
      const flags = secured.events.filter(([kind]) => kind === 'reported').map(([, value]) => value);
      if (at !== 3 && at !== 4) expect(flags.at(-1)).toBe(FLAG_FAILED);
    }
  });

  test('keeps what comes while nothing is wanted', () => {
    const secured = new Secured(version);
    secured.fromPeer(write(secured.peer, Buffer.from('first')));
    secured.engine.poll();
    secured.engine.setInterest(secured.slot, 0);
    secured.fromPeer(write(secured.peer, Buffer.from('second')));
    for (let round = 0; round < 3; round++) secured.engine.poll();
    expect(secured.decrypted).toBe('first');
    secured.engine.setInterest(secured.slot, EVENT_READ);
    secured.engine.poll();
    expect(secured.decrypted).toBe('firstsecond');
  });

  test('joins short pieces in one record', () => {
    const secured = new Secured(version);
    for (let i = 0; i < 100; i++) secured.send(Buffer.from(`${i},`));
    secured.engine.flush();
    secured.takeAtPeer();
    const text = Array.from({ length: 100 }, (_, i) => `${i},`).join('');
    expect(Buffer.concat(secured.peer.received).toString()).toBe(text);
    expect(secured.wireBytes).toBeLessThan(text.length + 40);
  });

  test('sends nothing in the clear when its connection was closed', () => {
    const secured = new Secured(version);
    secured.send(Buffer.from('a secret'));
    secured.own.connection.close();
    secured.engine.flush();
    secured.takeAtPeer();
    expect(secured.peer.received).toEqual([]);
    secured.fromPeer(write(secured.peer, Buffer.from('hello')));
    secured.engine.poll();
    expect(secured.decrypted).toBe('');
  });
});

test('a connection is not mistaken for a later one with its number', () => {
  const secured = new Secured('TLSv1.3');
  const { number } = secured.own.connection;
  secured.own.connection.close();
  const other = new Secured('TLSv1.3');
  secured.send(Buffer.from('a secret'));
  secured.engine.flush();
  secured.takeAtPeer();
  expect(secured.peer.received).toEqual([]);
  expect([other.own.connection.number, other.peer.connection.number]).toContain(number);
});
