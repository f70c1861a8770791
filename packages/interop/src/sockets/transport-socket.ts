import { Buffer } from 'node:buffer';
import { nextTick } from 'node:process';
import { type AbstractEventLoop, RuntimeError, type SocketLike, type Transport } from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import { coreOf } from '@bight/loop-core/low-level';
import { kAttach, kEnded, kLost, kReceived, kSetPaused } from '../internals.js';
import type { SocketBase, SocketBaseClass } from './bases.js';
import { isCalledByTls } from './called-by-tls.js';
import { type Endpoint, endpointOf } from './endpoint.js';
import { Inactivity } from './inactivity.js';
import { checkMilliseconds } from './milliseconds.js';
import { type KeepAlive, setKeepAlive, setNoDelay } from './socket-options.js';
import { type AttachedSocket, SocketProtocol } from './socket-protocol.js';

type Done = (error?: Error | null) => void;

/** A socket that can be given its transport. */
export interface DialledSocket extends SocketBase, AttachedSocket {
  connect(...args: unknown[]): this;
}

/** A class of sockets over transports. */
export type TransportSocketClass = new (parts: SocketParts) => DialledSocket;

/**
 * Connects a socket: in the end it attaches a transport, or destroys the socket.
 *
 * @param args - those of `connect()`
 */
export type Dial = (socket: DialledSocket, args: readonly unknown[]) => Dialling;

/** A connection attempt. */
export interface Dialling {
  /** Abandons the attempt. */
  cancel(): void;
}

/** What a socket over a transport is made from. */
export interface SocketParts {
  readonly loop: AbstractEventLoop;
  /** Whether this end stays open for writing when the peer has ended its own. */
  readonly allowHalfOpen?: boolean | undefined;
  /** What `connect()` does; the socket of an accepted connection has none. */
  readonly dial?: Dial | null | undefined;
}

/** At most one unsent byte: a write is finished when the system has it, as with Node's sockets. */
const UNBUFFERED = { high: 1, low: 0 } as const;

/** A piece of what is written. */
interface Piece {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/**
 * Makes a class of sockets over transports: Node's stream machinery and Node's class, without a handle.
 *
 * @param Base - Node's class, whose properties that need a handle are replaced
 */
export function socketClass(Base: SocketBaseClass): TransportSocketClass {
  return class TransportSocket extends Base implements AttachedSocket {
    readonly #loop: AbstractEventLoop;
    readonly #dial: Dial | null;
    readonly #inactivity: Inactivity;
    #dialling: Dialling | null = null;
    #transport: Transport | null = null;
    #local: Endpoint = {};
    #remote: Endpoint = {};
    #isLost = false;
    #isPaused = false;
    /** Whether the stream has requested bytes before there was a transport. */
    #isReadWanted = false;
    #isResetting = false;
    /** The write that waits until the transport has room, or is there. */
    #waiting: Done | null = null;
    /** Continues once there is a transport: a write, or the end. */
    #postponed: (() => void) | null = null;
    #destroyed: (() => void) | null = null;
    #received = 0;
    #sent = 0;
    /** The length of the write that is under way. */
    #unfinished = 0;
    #noDelay: boolean | null = null;
    #keepAlive: KeepAlive | null = null;
    /** In milliseconds, as set by `setTimeout()`. */
    timeout: number | undefined;

    constructor({ loop, allowHalfOpen = false, dial = null }: SocketParts) {
      super({ allowHalfOpen });
      this.#loop = loop;
      this.#dial = dial;
      this.#inactivity = new Inactivity(loop, () => void this.emit('timeout'));
    }

    // Called by the protocol

    /** The transport is there. @internal */
    [kAttach](transport: Transport): void {
      this.#transport = transport;
      this.#dialling = null;
      transport.setProtocol(new SocketProtocol(this));
      const core = coreOf(transport);
      if (core !== null) core.allowsHalfClose = true;
      transport.setWriteBufferLimits(UNBUFFERED);
      this.#local = endpointOf(transport, 'sockname');
      this.#remote = endpointOf(transport, 'peername');
      if (this.#noDelay !== null) setNoDelay(this.#socket, this.#noDelay);
      if (this.#keepAlive !== null) setKeepAlive(this.#socket, this.#keepAlive);
      const postponed = this.#postponed;
      this.#postponed = null;
      this.connecting = false;
      this.#inactivity.note();
      postponed?.();
      const isWanted = this.#isReadWanted || !this.isPaused();
      if (isWanted && !transport.isReading()) transport.resumeReading();
    }

    /** @internal */
    [kReceived](bytes: Buffer): void {
      if (this.destroyed) return;
      this.#received += bytes.length;
      this.#inactivity.note();
      if (!this.push(bytes)) this.#transport?.pauseReading();
    }

    /** @internal */
    [kEnded](): void {
      if (this.destroyed) return;
      this.push(null);
      // As Node's sockets do: what is not read at all ends as well.
      this.read(0);
    }

    /** @internal */
    [kSetPaused](isPaused: boolean): void {
      this.#isPaused = isPaused;
      if (isPaused) return;
      this.#inactivity.note();
      this.#release(null);
    }

    /** @internal */
    [kLost](error: Error | null): void {
      this.#isLost = true;
      const destroyed = this.#destroyed;
      this.#destroyed = null;
      if (destroyed === null) this.destroy(error ?? undefined);
      else destroyed();
    }

    // Called by the stream

    override _read(): void {
      const transport = this.#transport;
      if (transport === null) this.#isReadWanted = true;
      else if (!this.#isLost && !transport.isReading()) transport.resumeReading();
    }

    override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
      this.#send([{ chunk, encoding }], done);
    }

    override _writev(chunks: Piece[], done: Done): void {
      this.#send(chunks, done);
    }

    #send(chunks: Piece[], done: Done): void {
      const transport = this.#transport;
      if (transport === null) {
        this.#waiting = done;
        this.#postponed = () => {
          this.#waiting = null;
          this.#send(chunks, done);
        };
        return;
      }
      const pieces = chunks.map(({ chunk, encoding }) =>
        typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
      );
      for (const piece of pieces) this.#sent += piece.length;
      this.#inactivity.note();
      if (pieces.length === 1) transport.write(pieces[0]!);
      else transport.writelines(pieces);
      // The loss of a connection that is closing ends the write with its error.
      if (this.#isPaused || transport.isClosing()) {
        this.#waiting = done;
        for (const { chunk } of chunks) this.#unfinished += chunk.length;
      } else {
        done();
      }
    }

    override _final(done: Done): void {
      const transport = this.#transport;
      if (transport === null && !this.destroyed && this.#dialling !== null) {
        this.#postponed = () => this._final(done);
        return;
      }
      if (transport !== null && !this.#isLost && !transport.isClosing()) {
        if (transport.canWriteEof()) transport.writeEof();
        else transport.close();
      }
      // Not in this turn, as with Node's sockets, which wait for the system: what is destroyed meanwhile does not
      // finish.
      const loop = this.#loop;
      if (loop.isClosed()) done();
      else loop.callSoon(() => loop.callSoon(done));
    }

    override _destroy(error: Error | null, done: Done): void {
      this.connecting = false;
      this.#inactivity.set(0);
      this.#postponed = null;
      const dialling = this.#dialling;
      this.#dialling = null;
      dialling?.cancel();
      const finish = (): void => {
        done(error);
        // After `'error'`, which Node's streams emit in a tick of their own.
        nextTick(() => {
          this.#release(error ?? systemError(errnoOf('ECANCELED'), 'write'));
          this.emit('close', error !== null);
        });
      };
      const transport = this.#transport;
      this.#transport = null;
      if (transport === null || this.#isLost) {
        finish();
        return;
      }
      this.#destroyed = finish;
      if (this.#isResetting) resetTransport(transport);
      // An orderly end still sends what the system has not taken.
      else if (error === null && this.writableFinished) transport.close();
      else transport.abort();
    }

    #release(error: Error | null): void {
      const waiting = this.#waiting;
      this.#waiting = null;
      this.#unfinished = 0;
      waiting?.(error);
    }

    // Called by libraries

    override once(event: string | symbol, listener: (...args: never[]) => void): this {
      // TLS that is put on a connection, as STARTTLS does: the connection is there.
      if (event === 'connect' && this.#transport !== null && isCalledByTls()) nextTick(listener);
      else super.once(event, listener as (...args: unknown[]) => void);
      return this;
    }

    connect(...args: unknown[]): this {
      if (this.#dial === null || this.#transport !== null) throw systemError(errnoOf('EISCONN'), 'connect');
      if (this.#dialling !== null) throw new RuntimeError('connect() is under way');
      this.#dialling = this.#dial(this, args);
      this.connecting = true;
      const listener = args.at(-1);
      if (typeof listener === 'function') this.once('connect', listener as () => void);
      return this;
    }

    setTimeout(msecs: number, callback?: () => void): this {
      if (this.destroyed) return this;
      this.timeout = msecs;
      this.#inactivity.set(checkMilliseconds(msecs) / 1000);
      if (callback !== undefined) {
        if (msecs === 0) this.removeListener('timeout', callback);
        else this.once('timeout', callback);
      }
      return this;
    }

    setNoDelay(noDelay: boolean = true): this {
      this.#noDelay = Boolean(noDelay);
      setNoDelay(this.#socket, this.#noDelay);
      return this;
    }

    setKeepAlive(enable: boolean = false, initialDelay: number = 0): this {
      this.#keepAlive = { enable: Boolean(enable), idleSeconds: Math.trunc(initialDelay / 1000) };
      setKeepAlive(this.#socket, this.#keepAlive);
      return this;
    }

    /**
     * A loop that runs keeps the process alive, and one that does not run has no connections that could: without
     * effect.
     */
    ref(): this {
      return this;
    }

    /** Without effect, as `ref()`. */
    unref(): this {
      return this;
    }

    resetAndDestroy(): this {
      this.#isResetting = true;
      this.destroy();
      return this;
    }

    address(): Endpoint {
      return this.#transport === null ? {} : this.#local;
    }

    get pending(): boolean {
      return this.#transport === null || this.connecting;
    }

    get bufferSize(): number {
      return this.writableLength;
    }

    get bytesRead(): number {
      return this.#received;
    }

    get bytesWritten(): number {
      // What is under way is counted by the stream as well.
      return this.#sent + this.writableLength - this.#unfinished;
    }

    get localAddress(): string | undefined {
      return this.#local.address;
    }

    get localPort(): number | undefined {
      return this.#local.port;
    }

    get localFamily(): string | undefined {
      return this.#local.family;
    }

    get remoteAddress(): string | undefined {
      return this.#remote.address;
    }

    get remotePort(): number | undefined {
      return this.#remote.port;
    }

    get remoteFamily(): string | undefined {
      return this.#remote.family;
    }

    get #socket(): SocketLike | null {
      return (this.#transport?.getExtraInfo<string, null>('socket', null) ?? null) as SocketLike | null;
    }
  };
}

function resetTransport(transport: Transport): void {
  const core = coreOf(transport);
  if (core === null) transport.abort();
  else core.reset();
}
