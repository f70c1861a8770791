import { timingSafeEqual } from 'node:crypto';

/** A client's request to a proxy. */
export interface ProxyRequest {
  readonly kind: 'connect' | 'associate';
  readonly host: string;
  readonly port: number;
  /** The answers in the client's protocol. */
  readonly answers: Answers;
}

/** The answers to a request. */
export interface Answers {
  /** The connection, or the relay for datagrams, has been made. */
  succeeded(host: string, port: number): Buffer;
  /** It could not be made. */
  failed(reason: FailureReason): Buffer;
}

/** The reason for which a request has failed. */
export type FailureReason = 'refused' | 'unreachable' | 'timed out' | 'not allowed' | 'other';

/** The user that a proxy serves; `null` means every client. */
export type Credentials = { readonly name: string; readonly password: string } | null;

/**
 * A client violates the protocol, or is not allowed. `answer` is sent to it before the connection ends.
 */
export class Rejection extends Error {
  readonly answer: Buffer;

  constructor(message: string, answer: Buffer = Buffer.alloc(0)) {
    super(message);
    this.answer = answer;
  }
}

/**
 * Parses a request without input or output: yields the number of bytes that it needs next, or their delimiter, and gets
 * the bytes.
 */
export type RequestParser = Generator<number | Buffer, ProxyRequest, Buffer>;

const SOCKS = 5;

/**
 * Parses a request of SOCKS 5 (RFC 1928, RFC 1929) or HTTP (RFC 9110, CONNECT); the first byte distinguishes them.
 *
 * @param send - sends intermediate answers to the client
 */
export function* readRequest(credentials: Credentials, send: (bytes: Buffer) => void): RequestParser {
  const first = yield 1;
  if (first[0] === SOCKS) return yield* readSocks(credentials, send);
  return yield* readHttp(credentials, first);
}

const NO_AUTHENTICATION = 0;
const NAME_AND_PASSWORD = 2;
const NONE_ACCEPTABLE = 0xff;

function* readSocks(credentials: Credentials, send: (bytes: Buffer) => void): RequestParser {
  const [count] = yield 1;
  const methods = yield count!;
  const method = credentials === null ? NO_AUTHENTICATION : NAME_AND_PASSWORD;
  if (!methods.includes(method)) {
    throw new Rejection('no acceptable way to log in', Buffer.of(SOCKS, NONE_ACCEPTABLE));
  }
  send(Buffer.of(SOCKS, method));
  if (credentials !== null) {
    const [, nameLength] = yield 2;
    const name = yield nameLength!;
    const [passwordLength] = yield 1;
    const password = yield passwordLength!;
    if (!isSame(name, credentials.name) || !isSame(password, credentials.password)) {
      throw new Rejection('wrong name or password', Buffer.of(1, 1));
    }
    send(Buffer.of(1, 0));
  }
  const [version, command, , kind] = yield 4;
  if (version !== SOCKS) throw new Rejection('not SOCKS 5');
  const host = yield* readSocksHost(kind!);
  const port = (yield 2).readUInt16BE();
  if (command === 1) return { kind: 'connect', host, port, answers: socksAnswers };
  if (command === 3) return { kind: 'associate', host, port, answers: socksAnswers };
  throw new Rejection('no such command', socksReply(7));
}

function* readSocksHost(kind: number): Generator<number | Buffer, string, Buffer> {
  switch (kind) {
    case 1:
      return (yield 4).join('.');
    case 3: {
      const [length] = yield 1;
      return (yield length!).toString('latin1');
    }
    case 4:
      return ipv6Text(yield 16);
    default:
      throw new Rejection('no such kind of address', socksReply(8));
  }
}

const socksFailures = { other: 1, 'not allowed': 2, unreachable: 4, refused: 5, 'timed out': 6 } as const;

const socksAnswers: Answers = {
  succeeded: (host, port) => socksReply(0, host, port),
  failed: (reason) => socksReply(socksFailures[reason]),
};

function socksReply(code: number, host = '0.0.0.0', port = 0): Buffer {
  return Buffer.concat([Buffer.of(SOCKS, code, 0), encodeSocksAddress(host, port)]);
}

/** Encodes an address for SOCKS: its kind, its bytes, its port. */
export function encodeSocksAddress(host: string, port: number): Buffer {
  const bytes = host.includes(':') ? ipv6Bytes(host) : Buffer.from(host.split('.').map(Number));
  return Buffer.concat([Buffer.of(bytes.length === 4 ? 1 : 4), bytes, Buffer.of(port >> 8, port & 0xff)]);
}

/** Parses a SOCKS address, which may be a name, at the beginning of bytes; `null` if there is none. */
export function decodeSocksAddress(bytes: Buffer): { host: string; port: number; length: number } | null {
  const parser = readSocksHost(bytes[0]!);
  let at = 1;
  try {
    for (let step = parser.next(); ; ) {
      if (step.done === true) {
        if (at + 2 > bytes.length) return null;
        return { host: step.value, port: bytes.readUInt16BE(at), length: at + 2 };
      }
      const wanted = step.value as number;
      if (at + wanted > bytes.length) return null;
      step = parser.next(bytes.subarray(at, at + wanted));
      at += wanted;
    }
  } catch {
    return null;
  }
}

function ipv6Text(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
}

function ipv6Bytes(host: string): Buffer {
  const [head = '', tail] = host.split('%')[0]!.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').flatMap((word) => (word.includes('.') ? ipv4Words(word) : [word]));
  const [before, after] = [words(head), words(tail ?? '')];
  const missing = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [i, word] of [...before, ...missing, ...after].entries())
    bytes.writeUInt16BE(Number.parseInt(word, 16), 2 * i);
  return bytes;
}

function ipv4Words(text: string): string[] {
  const bytes = Buffer.from(text.split('.').map(Number));
  return [bytes.readUInt16BE(0).toString(16), bytes.readUInt16BE(2).toString(16)];
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const TARGET = /^CONNECT (?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5}) HTTP\/1\.[01]$/i;

function* readHttp(credentials: Credentials, first: Buffer): RequestParser {
  const head = Buffer.concat([first, yield END_OF_HEAD]).toString('latin1');
  const [line = '', ...fields] = head.trimEnd().split('\r\n');
  const [, ipv6, name, port] = TARGET.exec(line) ?? [];
  if (port === undefined)
    throw new Rejection('no CONNECT', httpReply('501 Not Implemented', 'Allow: CONNECT'));
  if (credentials !== null) {
    const field = fields.find((one) => /^proxy-authorization: *basic /i.test(one))?.split(/ +/)[2] ?? '';
    const { name: user, password } = credentials;
    if (!isSame(Buffer.from(field, 'base64'), `${user}:${password}`)) {
      const how = 'Proxy-Authenticate: Basic realm="proxy"';
      throw new Rejection('wrong name or password', httpReply('407 Proxy Authentication Required', how));
    }
  }
  return { kind: 'connect', host: ipv6 ?? name!, port: Number(port), answers: httpAnswers };
}

const httpFailures = {
  other: '502 Bad Gateway',
  'not allowed': '403 Forbidden',
  unreachable: '502 Bad Gateway',
  refused: '502 Bad Gateway',
  'timed out': '504 Gateway Timeout',
} as const;

const httpAnswers: Answers = {
  succeeded: () => Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'),
  failed: (reason) => httpReply(httpFailures[reason], `Proxy-Status: proxy; details="${reason}"`),
};

function httpReply(status: string, field: string): Buffer {
  return Buffer.from(`HTTP/1.1 ${status}\r\n${field}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function isSame(given: Uint8Array, expected: string): boolean {
  const bytes = Buffer.from(expected);
  return given.length === bytes.length && timingSafeEqual(given, bytes);
}
