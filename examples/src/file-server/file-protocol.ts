import {
  type AbstractEventLoop,
  type BaseTransport,
  Protocol,
  Queue,
  QueueShutDown,
  TimeoutError,
  type Transport,
  waitFor,
  wrapFuture,
} from 'bight';
import { openFile } from './open-file.js';
import { HttpError, parseRange, parseRequest, type Request } from './request.js';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LONGEST_HEAD_BYTES = 16 * 1024;
const IDLE_SECONDS = 15;
// So many requests may wait for their answers before we stop reading.
const MOST_WAITING = 8;

/** What the connections of one server share. */
export interface Site {
  readonly loop: AbstractEventLoop;
  /** The real path of the folder that is served. */
  readonly root: string;
  readonly connections: Set<FileProtocol>;
}

/**
 * Serves one connection. Requests are read as they come in, and answered one after the other by a task, which sends
 * each file with the system's sendfile(2) where there is one.
 */
export class FileProtocol extends Protocol {
  readonly #site: Site;
  readonly #requests = new Queue<Request | HttpError>();
  #transport!: Transport;
  #unread: Buffer = Buffer.alloc(0);
  #isFinishing = false;

  constructor(site: Site) {
    super();
    this.#site = site;
  }

  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
    this.#site.connections.add(this);
    this.#site.loop.createTask(() => this.#serve());
  }

  override dataReceived(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    while (!this.#isFinishing && this.#readRequest());
    if (this.#isFinishing || this.#requests.qsize() > MOST_WAITING) this.#transport.pauseReading();
  }

  /** A client that says no more still gets its answers: the connection stays open for them. */
  override eofReceived(): boolean {
    this.finish();
    return true;
  }

  override connectionLost(): void {
    this.#site.connections.delete(this);
    this.#requests.shutdown({ immediate: true });
  }

  /** Answers what was asked until now, and closes the connection. */
  finish(): void {
    this.#isFinishing = true;
    this.#requests.shutdown();
  }

  /** Takes a request out of what has come in; false where more has to come first. */
  #readRequest(): boolean {
    const end = this.#unread.indexOf(END_OF_HEAD);
    if (end < 0 && this.#unread.length <= LONGEST_HEAD_BYTES) return false;
    try {
      if (end < 0) throw new HttpError('431 Request Header Fields Too Large');
      this.#requests.putNowait(parseRequest(this.#unread.toString('latin1', 0, end)));
      this.#unread = this.#unread.subarray(end + END_OF_HEAD.length);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#requests.putNowait(error);
      // What comes after a request that cannot be understood cannot be, either.
      this.finish();
    }
    return true;
  }

  async #serve(): Promise<void> {
    try {
      for (let keepAlive = true; keepAlive; ) {
        const request = await waitFor(this.#requests.get(), IDLE_SECONDS);
        keepAlive = !(request instanceof HttpError) && request.keepAlive;
        await this.#answer(request);
        if (this.#requests.qsize() <= MOST_WAITING) this.#transport.resumeReading();
      }
    } catch (error) {
      const isOver = error instanceof QueueShutDown || error instanceof TimeoutError;
      // A download that the client broke off is no error here.
      if (!isOver && !this.#transport.isClosing()) throw error;
    } finally {
      this.#transport.close();
    }
  }

  async #answer(request: Request | HttpError): Promise<void> {
    try {
      if (request instanceof HttpError) throw request;
      if (!/^(GET|HEAD)$/.test(request.method)) {
        throw new HttpError('405 Method Not Allowed', ['Allow: GET, HEAD']);
      }
      await this.#sendFile(request);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const body = Buffer.from(`${error.message}\n`);
      const headers = [...error.headers, 'Content-Type: text/plain', `Content-Length: ${body.length}`];
      this.#sendHead(error.message, headers, request);
      if (request instanceof HttpError || request.method !== 'HEAD') this.#transport.write(body);
    }
  }

  async #sendFile(request: Request): Promise<void> {
    const { loop, root } = this.#site;
    await using file = await wrapFuture(openFile(root, request.path));
    const range = parseRange(request.range, file.size);
    const { offset, count } = range ?? { offset: 0, count: file.size };
    const headers = ['Accept-Ranges: bytes', `Content-Type: ${file.type}`, `Content-Length: ${count}`];
    if (range !== null) headers.push(`Content-Range: bytes ${offset}-${offset + count - 1}/${file.size}`);
    this.#sendHead(range === null ? '200 OK' : '206 Partial Content', headers, request);
    if (request.method === 'GET' && count > 0) {
      await loop.sendfile(this.#transport, file.handle, { offset, count });
    }
  }

  #sendHead(status: string, headers: readonly string[], request: Request | HttpError): void {
    const staysOpen = !(request instanceof HttpError) && request.keepAlive;
    const lines = [`HTTP/1.1 ${status}`, ...headers, `Connection: ${staysOpen ? 'keep-alive' : 'close'}`];
    this.#transport.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  }
}
