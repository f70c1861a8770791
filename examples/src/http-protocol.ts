// A small HTTP/1.1 server as a protocol: GET, HEAD and POST, pipelined requests, connections that stay open. It answers
// with what it was asked, and knows nothing of what carries it: TCP, TLS or a Unix socket.
import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LARGEST_HEAD_BYTES = 16 * 1024;

interface Head {
  method: string;
  target: string;
  contentLength: number;
  keepAlive: boolean;
}

/** Serves one connection. */
export class HttpProtocol extends Protocol {
  #transport!: Transport;
  #unread: Buffer = Buffer.alloc(0);
  #head: Head | null = null;

  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
  }

  override dataReceived(data: Buffer): void {
    this.#unread = this.#unread.length === 0 ? data : Buffer.concat([this.#unread, data]);
    while (!this.#transport.isClosing() && this.#step());
  }

  /** Goes on by one head or one body; false when more has to come in first. */
  #step(): boolean {
    if (this.#head === null) return this.#readHead();
    const { contentLength } = this.#head;
    if (this.#unread.length < contentLength) return false;
    const body = this.#unread.subarray(0, contentLength);
    this.#unread = this.#unread.subarray(contentLength);
    this.#answer(this.#head, body);
    this.#head = null;
    return true;
  }

  #readHead(): boolean {
    const end = this.#unread.indexOf(END_OF_HEAD);
    if (end < 0) {
      if (this.#unread.length > LARGEST_HEAD_BYTES) this.#refuse('431 Request Header Fields Too Large');
      return false;
    }
    this.#head = parseHead(this.#unread.subarray(0, end).toString('latin1'));
    this.#unread = this.#unread.subarray(end + END_OF_HEAD.length);
    if (this.#head === null) this.#refuse('400 Bad Request');
    return this.#head !== null;
  }

  #answer({ method, target, keepAlive }: Head, body: Buffer): void {
    const content = method === 'POST' ? body : Buffer.from(`You asked for ${target}\n`);
    const head = [
      'HTTP/1.1 200 OK',
      'Content-Type: text/plain',
      `Content-Length: ${content.length}`,
      `Connection: ${keepAlive ? 'keep-alive' : 'close'}`,
    ];
    const lines = Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
    this.#transport.writelines(method === 'HEAD' ? [lines] : [lines, content]);
    if (!keepAlive) this.#transport.close();
  }

  #refuse(status: string): void {
    this.#transport.write(
      Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    );
    this.#transport.close();
  }
}

function parseHead(text: string): Head | null {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const match = /^(GET|HEAD|POST) (\S+) HTTP\/1\.([01])$/.exec(requestLine);
  if (match === null) return null;
  const [, method, target, minor] = match as unknown as [string, string, string, string];
  const fields = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const connection = fields.get('connection')?.toLowerCase();
  const keepAlive = minor === '1' ? connection !== 'close' : connection === 'keep-alive';
  return { method, target, contentLength: Number(fields.get('content-length') ?? 0), keepAlive };
}
