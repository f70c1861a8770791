import {
  type AbstractFuture,
  ClosedResourceError,
  Protocol,
  Queue,
  QueueShutDown,
  type TimerHandle,
  type Transport,
  wrapFuture,
} from 'bight';
import type { HttpLoop } from '../http-connection.js';
import type { Upgraded } from '../response.js';
import {
  CloseCode,
  closePayload,
  FrameReader,
  type FrameSink,
  frameOf,
  Opcode,
  WebSocketError,
} from './frames.js';

/** The limits of a WebSocket; all times are in **seconds**. */
export interface WebSocketLimits {
  /** The most bytes of a message. */
  readonly messageBytes: number;
  /** The time without a byte after which the client gets a ping; after twice the time it counts as lost. */
  readonly pingSeconds: number;
  /** The time within which a client has to answer a close frame. */
  readonly closeSeconds: number;
}

export const usualWebSocketLimits: WebSocketLimits = {
  messageBytes: 16 * 1024 * 1024,
  pingSeconds: 20,
  closeSeconds: 5,
};

// The number of waiting messages at which reading stops.
const MOST_WAITING = 16;

/** One WebSocket of a server (RFC 6455): an iterable of the client's messages. */
export class WebSocket extends Protocol implements Upgraded, FrameSink {
  readonly #loop: HttpLoop;
  readonly #transport: Transport;
  readonly #serve: (socket: WebSocket) => PromiseLike<void>;
  readonly #limits: WebSocketLimits;
  readonly #reader: FrameReader;
  readonly #messages = new Queue<string | Buffer>();
  readonly #lost: AbstractFuture<void>;
  #writable: AbstractFuture<void> | null = null;
  #timer: TimerHandle;
  #isPinged = false;
  #isDeaf = false;
  #hasSaidGoodbye = false;
  #isPaused = false;

  /** Takes over a transport; `rest` has the bytes received so far. */
  constructor(
    loop: HttpLoop,
    transport: Transport,
    rest: Buffer,
    serve: (socket: WebSocket) => PromiseLike<void>,
    limits: WebSocketLimits,
  ) {
    super();
    this.#loop = loop;
    this.#transport = transport;
    this.#serve = serve;
    this.#limits = limits;
    this.#reader = new FrameReader(this, limits.messageBytes);
    this.#lost = loop.createFuture<void>();
    this.#timer = loop.callLater(limits.pingSeconds, () => this.#ping());
    transport.setProtocol(this);
    this.dataReceived(rest);
  }

  /** Serves the client; when `serve` is done, the socket is closed. */
  async run(): Promise<void> {
    try {
      await this.#serve(this);
      this.#sayGoodbye(CloseCode.normal);
    } catch (error) {
      this.#sayGoodbye(CloseCode.internalError);
      if (!(error instanceof ClosedResourceError)) throw error;
    } finally {
      await this.#lost;
    }
  }

  finish(): void {
    this.#sayGoodbye(CloseCode.goingAway);
  }

  /** The client's messages: text as strings, everything else as bytes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string | Buffer, void> {
    for (;;) {
      try {
        const message = await this.#messages.get();
        this.#updateReading();
        yield message;
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
    }
  }

  /**
   * Sends a message; returns when the client can take more.
   *
   * @throws {ClosedResourceError} when the socket is closed
   */
  async send(message: string | Buffer): Promise<void> {
    if (this.#hasSaidGoodbye || this.#transport.isClosing())
      throw new ClosedResourceError('the socket is closed');
    if (typeof message === 'string') this.#write(Opcode.text, Buffer.from(message));
    else this.#write(Opcode.binary, message);
    if (this.#writable !== null) await wrapFuture(this.#writable);
  }

  override dataReceived(data: Buffer): void {
    if (this.#isDeaf) return;
    this.#isPinged = false;
    try {
      this.#reader.receive(data);
      this.#updateReading();
    } catch (error) {
      if (!(error instanceof WebSocketError)) throw error;
      this.#sayGoodbye(error.code, error.message);
      this.#hangUp();
    }
  }

  override eofReceived(): boolean {
    return false;
  }

  override pauseWriting(): void {
    this.#writable = this.#loop.createFuture<void>();
  }

  override resumeWriting(): void {
    if (this.#writable?.done() === false) this.#writable.setResult();
    this.#writable = null;
  }

  override connectionLost(): void {
    this.#timer.cancel();
    this.#messages.shutdown();
    if (this.#writable?.done() === false)
      this.#writable.setException(new ClosedResourceError('the client is gone'));
    if (!this.#lost.done()) this.#lost.setResult();
  }

  message(message: string | Buffer): void {
    if (!this.#hasSaidGoodbye) this.#messages.putNowait(message);
  }

  ping(data: Buffer): void {
    if (!this.#hasSaidGoodbye) this.#write(Opcode.pong, data);
  }

  pong(): void {}

  close(code: number): void {
    this.#sayGoodbye(code);
    this.#hangUp();
  }

  #write(opcode: number, payload: Buffer): void {
    this.#transport.writelines(frameOf(opcode, payload));
  }

  #ping(): void {
    if (this.#isPinged) {
      this.#transport.abort();
      return;
    }
    this.#isPinged = true;
    this.#write(Opcode.ping, Buffer.alloc(0));
    this.#timer = this.#loop.callLater(this.#limits.pingSeconds, () => this.#ping());
  }

  #updateReading(): void {
    const isFull = this.#messages.qsize() > MOST_WAITING;
    if (isFull === this.#isPaused || this.#transport.isClosing()) return;
    this.#isPaused = isFull;
    if (isFull) this.#transport.pauseReading();
    else this.#transport.resumeReading();
  }

  /** Sends a close frame, once, and gives the client time for its own. */
  #sayGoodbye(code: number, reason = ''): void {
    if (this.#hasSaidGoodbye || this.#transport.isClosing()) return;
    this.#hasSaidGoodbye = true;
    this.#messages.shutdown();
    this.#write(Opcode.close, closePayload(code, reason));
    if (this.#isPaused) this.#transport.resumeReading();
    this.#timer.cancel();
    this.#timer = this.#loop.callLater(this.#limits.closeSeconds, () => this.#transport.abort());
  }

  /** Closes the connection after both close frames, or after an error of the client, whose bytes are then dropped. */
  #hangUp(): void {
    this.#isDeaf = true;
    if (this.#transport.canWriteEof()) this.#transport.writeEof();
    else this.#transport.close();
  }
}
