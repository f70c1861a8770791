// WebSockets by RFC 6455, frame by frame, with a client written in this file.

import { simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { getRunningLoop, openConnection, type StreamReader, type StreamWriter, sleep } from 'bight';
import fc from 'fast-check';
import { randomRuns } from '../../test/support/extent.js';
import { site } from '../src/http/site.js';
import { startHttpServer } from '../src/http/start-http-server.js';

const [TEXT, BINARY, CLOSE, PING, PONG] = [1, 2, 8, 9, 10] as const;
const handshake = [
  'GET /socket HTTP/1.1',
  'Host: server',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const handshakeWith = (index: number, line: string) => handshake.map((own, i) => (i === index ? line : own));

/** A client's frame. */
function frame(
  opcode: number,
  payload: string | Uint8Array = '',
  { isFinal = true, reserved = 0, isMasked = true, lengthBytes = 0 } = {},
): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  const shortest = bytes.length < 126 ? 1 : bytes.length < 65_536 ? 3 : 9;
  const length = Buffer.alloc(lengthBytes === 0 ? shortest : lengthBytes);
  length[0] = length.length === 1 ? bytes.length : length.length === 3 ? 126 : 127;
  if (length.length === 3) length.writeUInt16BE(bytes.length, 1);
  if (length.length === 9) length.writeBigUInt64BE(BigInt(bytes.length), 1);
  if (isMasked) length[0] |= 0x80;
  const mask = isMasked ? Buffer.of(1, 2, 3, 4) : Buffer.alloc(0);
  if (isMasked) for (let i = 0; i < bytes.length; i++) bytes[i]! ^= mask[i & 3]!;
  return Buffer.concat([Buffer.of((isFinal ? 0x80 : 0) | reserved | opcode), length, mask, bytes]);
}

const closing = (code: number, reason = '') =>
  Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]);

type Received = [opcode: number, payload: string];

/** Reads a frame of the server; `null` at the end. */
async function receive(reader: StreamReader): Promise<Received | null> {
  const head = await reader.read(1);
  if (head.length === 0) return null;
  const [first] = head;
  expect(first! & 0xf0).toBe(0x80);
  let [length] = (await reader.readexactly(1)) as unknown as [number];
  if (length === 126) length = (await reader.readexactly(2)).readUInt16BE();
  else if (length === 127) length = Number((await reader.readexactly(8)).readBigUInt64BE());
  return [first! & 15, (await reader.readexactly(length)).toString('latin1')];
}

/** Runs a client with the server's WebSocket. */
async function inWorld(
  client: (reader: StreamReader, writer: StreamWriter) => Promise<void>,
  { lines = handshake, status = 101, options = {} } = {},
): Promise<void> {
  await simulate(async (loop) => {
    const [here, there] = [loop.network.host('server'), loop.network.host('client')];
    const server = await here.run(() =>
      startHttpServer(site(getRunningLoop(), '/nothing'), { host: '0.0.0.0', port: 80 }),
    );
    await there.run(async () => {
      const [reader, writer] = await openConnection({ host: 'server', port: 80 });
      writer.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
      const head = String(await reader.readuntil(Buffer.from('\r\n\r\n')));
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      if (status === 101) expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
      await client(reader, writer);
      writer.close();
    });
    server.close();
    await server.waitClosed();
  }, options);
}

async function everything(reader: StreamReader): Promise<Received[]> {
  const frames: Received[] = [];
  for (let next = await receive(reader); next !== null; next = await receive(reader)) frames.push(next);
  return frames;
}

const code = (value: number) => closing(value).toString('latin1');

test('messages come back, however they are cut into frames and segments', async () => {
  const message = fc.record({
    isText: fc.boolean(),
    parts: fc.array(fc.string({ unit: 'binary', maxLength: 50 }), { minLength: 1, maxLength: 4 }),
    pings: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 5 }), fc.nat(), async (messages, seed) => {
      const expected: Received[] = [];
      const sent = messages.flatMap(({ isText, parts, pings }) => {
        // Characters are split, too.
        const bytes = Buffer.from(parts.join(''));
        const cuts = parts.map((_, i) =>
          bytes.subarray(
            Math.floor((i * bytes.length) / parts.length),
            Math.floor(((i + 1) * bytes.length) / parts.length),
          ),
        );
        if (pings) expected.push(...parts.map((_, i): Received => [PONG, `${i}`]));
        expected.push([isText ? TEXT : BINARY, bytes.toString('latin1')]);
        return cuts.flatMap((cut, i) => {
          const opcode = i > 0 ? 0 : isText ? TEXT : BINARY;
          const one = frame(opcode, cut, { isFinal: i === cuts.length - 1 });
          return pings ? [frame(PING, `${i}`), one] : [one];
        });
      });
      await inWorld(
        async (reader, writer) => {
          writer.write(Buffer.concat([...sent, frame(CLOSE, closing(1000, 'bye'))]));
          const frames = await everything(reader);
          const sorted = (opcodes: number[]) => (list: Received[]) =>
            list.filter(([opcode]) => opcodes.includes(opcode));
          for (const kind of [sorted([TEXT, BINARY]), sorted([PONG])])
            expect(kind(frames)).toEqual(kind(expected).slice(0, kind(frames).length));
          expect(frames.at(-1)).toEqual([CLOSE, code(1000)]);
        },
        { options: { seed, link: { fragmentation: 1 } } },
      );
    }),
    randomRuns(30, 4),
  );
});

test('large messages come back whole', () =>
  inWorld(async (reader, writer) => {
    for (const length of [125, 126, 65_535, 65_536, 3_000_000]) {
      writer.write(frame(BINARY, Buffer.alloc(length, 'é')));
      const [opcode, payload] = (await receive(reader))!;
      expect([opcode, payload === Buffer.alloc(length, 'é').toString('latin1')]).toEqual([BINARY, true]);
    }
  }));

const long = Buffer.alloc(100);
const tooLong = Buffer.concat([
  Buffer.of(0x82, 0xff),
  Buffer.from('0000000001000001', 'hex'),
  Buffer.alloc(4),
]);
const half = Buffer.from('é').subarray(0, 1);
test.each<[string, Buffer[], number]>([
  ['a frame without a mask', [frame(TEXT, 'a', { isMasked: false })], 1002],
  ['a reserved bit', [frame(TEXT, 'a', { reserved: 0x40 })], 1002],
  ['a reserved opcode', [frame(3, 'a')], 1002],
  ['a reserved control opcode', [frame(11, 'a')], 1002],
  ['a continuation of nothing', [frame(0, 'a')], 1002],
  ['a message within a message', [frame(TEXT, 'a', { isFinal: false }), frame(TEXT, 'b')], 1002],
  ['a ping in parts', [frame(PING, 'a', { isFinal: false })], 1002],
  ['a long ping', [frame(PING, 'a'.repeat(126))], 1002],
  ['a length of 16 bits that 7 have room for', [frame(BINARY, long, { lengthBytes: 3 })], 1002],
  ['a length of 64 bits that 7 have room for', [frame(BINARY, long, { lengthBytes: 9 })], 1002],
  ['a negative length', [Buffer.from(`82ff8${'0'.repeat(15)}00000000`, 'hex')], 1002],
  ['text that is none', [frame(TEXT, Buffer.of(0xff))], 1007],
  ['a surrogate', [frame(TEXT, Buffer.of(0xed, 0xa0, 0x80))], 1007],
  ['half a character', [frame(TEXT, half)], 1007],
  ['wrong text before its end', [frame(TEXT, Buffer.of(0xc0), { isFinal: false })], 1007],
  ['a message that is too long', [tooLong], 1009],
  ['a close with half a code', [frame(CLOSE, Buffer.of(3))], 1002],
  ['a close with a code that means none', [frame(CLOSE, closing(1005))], 1002],
  ['a close with an unknown code', [frame(CLOSE, closing(2999))], 1002],
  ['a close with a reason that is no text', [frame(CLOSE, Buffer.of(3, 232, 255))], 1007],
])('%s ends the connection', (_, frames, expected) =>
  inWorld(async (reader, writer) => {
    writer.write(Buffer.concat([...frames, frame(TEXT, 'no more')]));
    const [last, ...others] = await everything(reader);
    expect(last![0]).toBe(CLOSE);
    expect(Buffer.from(last![1], 'latin1').readUInt16BE()).toBe(expected);
    expect(others).toEqual([]);
  }),
);

test.each([
  ['with a code', closing(3000, 'so long'), code(3000)],
  ['without one', '', ''],
])('a close is answered %s', (_, payload, answer) =>
  inWorld(async (reader, writer) => {
    writer.write(Buffer.concat([frame(CLOSE, payload), frame(TEXT, 'ignored')]));
    expect(await everything(reader)).toEqual([[CLOSE, answer]]);
  }),
);

test('a client that says nothing is asked whether it is there, and is gone when it does not answer', () =>
  inWorld(async (reader, writer) => {
    expect(await receive(reader)).toEqual([PING, '']);
    writer.write(frame(PONG));
    expect(await receive(reader)).toEqual([PING, '']);
    expect(await reader.read()).toEqual(Buffer.alloc(0));
  }));

test('a client that reads nothing stops what is read from it', () =>
  inWorld(async (reader, writer) => {
    writer.transport.pauseReading();
    const messages = 60;
    for (let i = 0; i < messages; i++) writer.write(frame(BINARY, Buffer.alloc(20_000, i)));
    await sleep(1);
    expect(writer.transport.getWriteBufferSize()).toBeGreaterThan(300_000);
    writer.transport.resumeReading();
    for (let i = 0; i < messages; i++)
      expect((await receive(reader))![1]).toBe(Buffer.alloc(20_000, i).toString('latin1'));
  }));

test.each([
  ['another version', handshakeWith(4, 'Sec-WebSocket-Version: 8'), 426],
  ['no upgrade', handshake.filter((line) => !line.startsWith('Upgrade')), 426],
  ['a key that is none', handshakeWith(5, 'Sec-WebSocket-Key: short'), 400],
  ['a POST', handshakeWith(0, 'POST /socket HTTP/1.1'), 426],
])('%s is refused, and the connection serves on', (_, lines, status) =>
  inWorld(
    async (reader, writer) => {
      const length = status === 426 ? '426 Upgrade Required\n'.length : '400 Bad Request\n'.length;
      await reader.readexactly(length);
      writer.write(Buffer.from('GET /echo HTTP/1.1\r\nHost: server\r\n\r\n'));
      expect(String(await reader.readuntil(Buffer.from('\r\n')))).toBe('HTTP/1.1 405 Method Not Allowed\r\n');
    },
    { lines, status },
  ),
);
