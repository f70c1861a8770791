// A client for Redis, as a protocol: commands are pipelined, and replies come in the order of the commands.
import {
  type AbstractFuture,
  type BaseTransport,
  Protocol,
  type TaskLoop,
  type Transport,
} from '@bight/loop-abstract';

/** A reply: a simple or bulk string, a number, a list of replies, or `null`. */
export type Reply = Buffer | number | Reply[] | null;

/** An error reply of the server. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

interface Parsed {
  reply: Reply | RedisError;
  /** The offset of the next reply. */
  end: number;
}

/** Speaks RESP2. */
export class RedisClient extends Protocol {
  readonly #loop: TaskLoop;
  readonly #waiting: AbstractFuture<Reply>[] = [];
  #transport!: Transport;
  #unread: Buffer = Buffer.alloc(0);

  constructor(loop: TaskLoop) {
    super();
    this.#loop = loop;
  }

  /** Sends a command and waits for its reply. */
  command(...words: (string | Buffer | number)[]): AbstractFuture<Reply> {
    const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
    for (const word of words) {
      const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
    const reply = this.#loop.createFuture<Reply>();
    this.#waiting.push(reply);
    this.#transport.writelines(parts);
    return reply;
  }

  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
  }

  override dataReceived(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    for (let parsed = parse(this.#unread, 0); parsed !== null; parsed = parse(this.#unread, 0)) {
      this.#unread = this.#unread.subarray(parsed.end);
      const waiting = this.#waiting.shift();
      if (waiting === undefined || waiting.done()) continue;
      if (parsed.reply instanceof RedisError) waiting.setException(parsed.reply);
      else waiting.setResult(parsed.reply);
    }
  }

  override connectionLost(error: Error | null): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (!waiting.done()) waiting.setException(error ?? new RedisError('the connection was closed'));
    }
  }
}

/** Parses one reply; `null` if it is incomplete. */
function parse(bytes: Buffer, start: number): Parsed | null {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return null;
  const line = bytes.subarray(start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start] as number)) {
    case '+':
      return { reply: Buffer.from(line), end };
    case '-':
      return { reply: new RedisError(line.toString()), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return parseBulk(bytes, end, Number(line));
    case '*':
      return parseList(bytes, end, Number(line));
    default:
      throw new RedisError(`no reply begins with ${bytes.subarray(start, start + 1)}`);
  }
}

function parseBulk(bytes: Buffer, start: number, length: number): Parsed | null {
  if (length < 0) return { reply: null, end: start };
  if (bytes.length < start + length + 2) return null;
  return { reply: Buffer.from(bytes.subarray(start, start + length)), end: start + length + 2 };
}

function parseList(bytes: Buffer, start: number, count: number): Parsed | null {
  if (count < 0) return { reply: null, end: start };
  const list: Reply[] = [];
  let end = start;
  for (let index = 0; index < count; index++) {
    const parsed = parse(bytes, end);
    if (parsed === null) return null;
    if (parsed.reply instanceof RedisError) return parsed;
    list.push(parsed.reply);
    end = parsed.end;
  }
  return { reply: list, end };
}
