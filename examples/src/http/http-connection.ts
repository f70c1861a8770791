import {
  type AbstractFuture,
  type AbstractTask,
  type BaseTransport,
  CancelledError,
  type ErrorHandlingLoop,
  type NetLoop,
  Protocol,
  Queue,
  QueueShutDown,
  type SchedulingLoop,
  type TaskLoop,
  TimeoutError,
  type TimerHandle,
  type Transport,
  timeout,
} from 'bight';
import { MessageReader, type ReaderLimits, type Sink } from './message-reader.js';
import { type BodySource, RequestBody } from './request-body.js';
import { type Fields, HttpError, optionsOf, type RequestHead } from './request-head.js';
import {
  checked,
  chunkOf,
  errorResponse,
  type FilePart,
  framingOf,
  headOf,
  isStream,
  lastChunk,
  type Response,
  type Upgraded,
} from './response.js';

/** A request. */
export interface HttpRequest extends RequestHead {
  readonly body: RequestBody;
}

/** The limits of a server; all times are in **seconds**. */
export interface HttpLimits extends ReaderLimits {
  /** From the first byte of a head to its last. */
  readonly headSeconds: number;
  /** Without a byte of a body that a handler waits for. */
  readonly bodySeconds: number;
  /** Between two requests. */
  readonly idleSeconds: number;
  /** For which a client may read nothing of its answer. */
  readonly writeSeconds: number;
}

export const usualLimits: HttpLimits = {
  headBytes: 16 * 1024,
  bodyBytes: 64 * 1024 * 1024,
  headSeconds: 10,
  bodySeconds: 30,
  idleSeconds: 15,
  writeSeconds: 30,
};

/** The loop that a web server needs. */
export type HttpLoop = SchedulingLoop & TaskLoop & NetLoop & ErrorHandlingLoop;

/** The common data of a server's connections. */
export interface HttpService {
  readonly loop: HttpLoop;
  readonly limits: HttpLimits;
  readonly connections: Set<HttpConnection>;
  /** Answers a request. It is cancelled when the client disconnects. */
  handle(request: HttpRequest): Response | PromiseLike<Response>;
}

// The number of waiting requests at which reading stops.
const MOST_WAITING = 8;
// The number of unread bytes of a body at which reading stops.
const MOST_BODY_BYTES = 64 * 1024;
// The most bytes of an unread body that are read and dropped, so that the connection can be reused.
const MOST_DROPPED_BYTES = 64 * 1024;
const PORTION_BYTES = 4 * 1024 * 1024;
/** The time for which a closing connection still reads bytes that the client may have sent. */
const LINGER_SECONDS = 1;
const NOTHING = Buffer.alloc(0);
const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

/**
 * One connection of a web server. It reads requests as they arrive, and a task answers them one after the other.
 */
export class HttpConnection extends Protocol implements Sink {
  readonly #service: HttpService;
  readonly #reader: MessageReader;
  readonly #requests = new Queue<HttpRequest | HttpError>();
  #transport!: Transport;
  #task!: AbstractTask<void>;
  #patience: TimerHandle | null = null;
  #isHeadTimed = false;
  /** The body that is being received. */
  #body: RequestBody | null = null;
  #isBusy = false;
  /** Whether the last request may change the connection's protocol. */
  #mayUpgrade = false;
  /** Whether received bytes are dropped, because no more requests are read. */
  #isDeaf = false;
  #isFinishing = false;
  #hasClientEnded = false;
  #isReading = true;
  #writable: AbstractFuture<void> | null = null;
  #upgraded: Upgraded | null = null;

  constructor(service: HttpService) {
    super();
    this.#service = service;
    this.#reader = new MessageReader(this, service.limits);
  }

  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
    this.#service.connections.add(this);
    this.#task = this.#service.loop.createTask(() => this.#serve());
  }

  override dataReceived(data: Buffer): void {
    if (!this.#isDeaf) this.#read(data);
  }

  /** A client that has half-closed its connection still gets its answers. */
  override eofReceived(): boolean {
    this.#body?.fail(new HttpError('400 Bad Request'));
    this.#isDeaf = true;
    this.#hasClientEnded = true;
    this.#requests.shutdown();
    return !this.#task.done() && this.#transport.canWriteEof();
  }

  override pauseWriting(): void {
    this.#writable = this.#service.loop.createFuture<void>();
  }

  override resumeWriting(): void {
    if (this.#writable?.done() === false) this.#writable.setResult();
    this.#writable = null;
  }

  override connectionLost(): void {
    this.#service.connections.delete(this);
    this.#patience?.cancel();
    this.#task.cancel();
  }

  /** Answers the requests so far, also one that is still arriving, and closes the connection. */
  finish(): void {
    this.#isFinishing = true;
    this.#upgraded?.finish();
    if (!this.#isBusy && !this.#isHeadTimed) this.#expect(LINGER_SECONDS, () => this.#leave());
  }

  mayBegin(): boolean {
    return !this.#mayUpgrade && this.#requests.qsize() < MOST_WAITING;
  }

  head(head: RequestHead): void {
    this.#patience?.cancel();
    this.#isHeadTimed = false;
    this.#body = new RequestBody(this.#sourceOf(head));
    this.#mayUpgrade = optionsOf(head.fields.get('connection')).includes('upgrade');
    this.#requests.putNowait({ ...head, body: this.#body });
  }

  data(bytes: Buffer): void {
    this.#body!.push(bytes);
  }

  end(trailers: Fields): void {
    this.#body!.end(trailers);
    this.#body = null;
  }

  #sourceOf(head: RequestHead): BodySource {
    const { loop, limits } = this.#service;
    let isExpected = head.expectsContinue;
    return {
      loop,
      patience: limits.bodySeconds,
      wanted: () => {
        if (isExpected) this.#transport.write(CONTINUE);
        isExpected = false;
      },
      taken: () => this.#updateReading(),
    };
  }

  #read(data: Buffer): void {
    try {
      this.#reader.receive(data);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#refuse(error);
      return;
    }
    if (this.#reader.isInHead && !this.#isHeadTimed && this.mayBegin()) {
      this.#isHeadTimed = true;
      this.#expect(this.#service.limits.headSeconds, () =>
        this.#refuse(new HttpError('408 Request Timeout')),
      );
    }
    this.#updateReading();
  }

  /** Refuses a malformed request: the bytes behind it cannot be parsed, either. */
  #refuse(error: HttpError): void {
    this.#isDeaf = true;
    this.#patience?.cancel();
    if (this.#body !== null) this.#body.fail(error);
    else this.#requests.putNowait(error);
  }

  #updateReading(): void {
    const isFull = !this.mayBegin() || (this.#body?.size ?? 0) > MOST_BODY_BYTES;
    if (isFull !== this.#isReading || this.#transport.isClosing()) return;
    this.#isReading = !isFull;
    if (isFull) this.#transport.pauseReading();
    else this.#transport.resumeReading();
  }

  /** Calls a function unless a request comes within `seconds`. */
  #expect(seconds: number, otherwise: () => void): void {
    this.#patience?.cancel();
    this.#patience = this.#service.loop.callLater(seconds, otherwise);
  }

  async #serve(): Promise<void> {
    try {
      while (await this.#answer(await this.#next()));
    } catch (error) {
      if (!(error instanceof QueueShutDown) && !this.#transport.isClosing()) throw error;
    } finally {
      this.#end();
    }
  }

  async #next(): Promise<HttpRequest | HttpError> {
    this.#isBusy = false;
    if (!this.#isDeaf) this.#read(NOTHING);
    if (this.#requests.empty() && !this.#isHeadTimed) {
      const seconds = this.#isFinishing ? LINGER_SECONDS : this.#service.limits.idleSeconds;
      this.#expect(seconds, () => this.#leave());
    }
    const request = await this.#requests.get();
    this.#isBusy = true;
    return request;
  }

  /** @returns whether the connection stays open */
  async #answer(request: HttpRequest | HttpError): Promise<boolean> {
    if (request instanceof HttpError) {
      const response = errorResponse(request);
      this.#transport.writelines([headOf(response, 'length', 'close'), response.body as Buffer]);
      return false;
    }
    const response = await this.#responseTo(request);
    if (response.upgrade !== undefined) return await this.#upgrade(response);
    this.#mayUpgrade = false;
    try {
      const staysOpen = await this.#send(response, request);
      return staysOpen && (request.body.isComplete || (await this.#drop(request.body)));
    } catch (error) {
      // The client must not mistake a part of the answer for the whole.
      if (!(error instanceof CancelledError || error instanceof HttpError || isLoss(error)))
        this.#report(error);
      this.#transport.abort();
      throw error;
    }
  }

  async #responseTo(request: HttpRequest): Promise<Response> {
    try {
      const response = checked(await this.#service.handle(request));
      if (!isStream(response.body)) return response;
      // An error before the first byte can still be answered.
      return { ...response, body: await begun(response.body) };
    } catch (error) {
      if (error instanceof HttpError) return errorResponse(error);
      if (error instanceof CancelledError) throw error;
      this.#report(error);
      return errorResponse(new HttpError('500 Internal Server Error'));
    }
  }

  #report(exception: unknown): void {
    if (this.#transport.isClosing()) return;
    const message = 'A request could not be answered';
    this.#service.loop.callExceptionHandler({ message, exception: exception as Error, protocol: this });
  }

  /** @returns whether the answer allows the connection to stay open */
  async #send(response: Response, request: HttpRequest): Promise<boolean> {
    const { body } = response;
    const framing = framingOf(response, request.method, request.minorVersion);
    const isLast = this.#isFinishing && this.#requests.empty();
    // A handler that answers in pieces may read the body meanwhile.
    const canGoOn =
      request.body.isComplete || (!request.body.hasFailed && (isStream(body) || canBeDropped(request)));
    const staysOpen = request.keepAlive && framing !== 'close' && !isLast && canGoOn;
    const connection = request.minorVersion === 0 ? 'keep-alive' : null;
    const head = headOf(response, framing, staysOpen ? connection : 'close');
    if (body === undefined || request.method === 'HEAD' || framing === 'none') {
      this.#transport.write(head);
      if (isFile(body)) await body[Symbol.asyncDispose]();
    } else if (isStream(body)) await this.#sendPieces(head, body, framing === 'chunks', response);
    else if (isFile(body)) await this.#sendFile(head, body);
    else this.#transport.writelines([head, body]);
    await this.#drained();
    return staysOpen;
  }

  async #sendPieces(
    head: Buffer,
    pieces: AsyncIterable<Uint8Array>,
    isChunked: boolean,
    { trailers }: Response,
  ): Promise<void> {
    this.#transport.write(head);
    for await (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#transport.writelines(isChunked ? chunkOf(piece) : [piece]);
      await this.#drained();
    }
    if (isChunked) this.#transport.write(lastChunk(trailers?.() ?? new Map()));
  }

  /** Sends a file in portions, so that a client that does not read is noticed. */
  async #sendFile(head: Buffer, part: FilePart): Promise<void> {
    await using file = part;
    const { loop } = this.#service;
    this.#transport.write(head);
    const end = file.offset + file.count;
    for (let offset = file.offset; offset < end; offset += PORTION_BYTES) {
      const count = Math.min(PORTION_BYTES, end - offset);
      await this.#inTime(() => loop.sendfile(this.#transport, file.handle, { offset, count }));
    }
  }

  async #drained(): Promise<void> {
    const writable = this.#writable;
    if (writable !== null) await this.#inTime(() => writable);
  }

  /** Waits until the client has read what was sent, within the time limit. */
  async #inTime(body: () => PromiseLike<unknown>): Promise<void> {
    try {
      await timeout(this.#service.limits.writeSeconds).run(async () => await body());
    } catch (error) {
      if (error instanceof TimeoutError) this.#transport.abort();
      throw error;
    }
  }

  /** Reads the rest of a body, within limits; returns whether it has ended. */
  async #drop(body: RequestBody): Promise<boolean> {
    let left = MOST_DROPPED_BYTES;
    if (body.hasFailed) return false;
    for await (const piece of body) {
      left -= piece.length;
      if (left < 0) return false;
    }
    return true;
  }

  async #upgrade(response: Response): Promise<false> {
    this.#patience?.cancel();
    this.#transport.write(headOf(response, 'none', 'Upgrade'));
    this.#isReading = true;
    this.#upgraded = response.upgrade!(this.#transport, this.#reader.takeRest());
    this.#transport.resumeReading();
    if (this.#isFinishing) this.#upgraded.finish();
    try {
      await this.#upgraded.run();
    } finally {
      this.#service.connections.delete(this);
      this.#transport.close();
    }
    return false;
  }

  /** Ends the writing direction, and reads on: a reset would destroy the last answer. */
  #end(): void {
    this.#isDeaf = true;
    if (this.#transport.isClosing()) return;
    if (this.#hasClientEnded || !this.#transport.canWriteEof()) {
      this.#leave();
      return;
    }
    this.#transport.writeEof();
    if (!this.#isReading) this.#transport.resumeReading();
    this.#expect(LINGER_SECONDS, () => this.#leave());
  }

  #leave(): void {
    this.#transport.close();
    this.#expect(this.#service.limits.writeSeconds, () => this.#transport.abort());
  }
}

/** Whether an error means that the client has disconnected. */
function isLoss(error: unknown): boolean {
  return /^(EPIPE|ECONNRESET|ECONNABORTED)$/.test((error as NodeJS.ErrnoException).code ?? '');
}

function isFile(body: Response['body']): body is FilePart {
  return body !== undefined && Symbol.asyncDispose in body && !isStream(body);
}

/** Whether reading the rest of a body costs less than a new connection. */
function canBeDropped({ length, expectsContinue }: HttpRequest): boolean {
  return !expectsContinue && length !== 'chunked' && length <= MOST_DROPPED_BYTES;
}

/** Waits for the first piece. */
async function begun(pieces: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
