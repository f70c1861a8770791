import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import type { SocketLike } from '@bight/loop-abstract';
import { deliverBytes, enqueueFromHost, type StreamSink } from '@bight/loop-core/low-level';
import { TlsConnection, type TlsMemory, tlsNumbers } from '@bight/sockets/low-level';
import { ReceiveSlab } from '../../driver/receive-slab.js';
import type { SocketChannel } from '../../driver/socket-channel.js';
import type { TlsChannel, TlsSink } from '../../driver/tls-channel.js';
import { kDeliverEarly, kReportFailure, kSessions } from '../../internals.js';
import { type Session, sessionKey } from '../../tls/session-cache.js';
import type { TlsPlan } from '../../tls/tls-plan.js';
import type { SelectorEnvironment } from '../selector-environment.js';
import { type SecuredSink, SelectorStreamChannel } from '../selector-stream-channel.js';
import { cipherOf } from './cipher.js';
import { opensslContextOf } from './openssl-context.js';
import { failureOf, tooManyUpdates } from './openssl-errors.js';
import { type Verification, verifyPeer } from './openssl-verification.js';
import { type TlsFacts, TlsInformation } from './tls-information.js';

const { FLAG_ENDED, FLAG_FAILED, FLAG_MORE, FLAG_SECURED, FLAG_SESSION } = tlsNumbers;
const VERIFY_NONE = 0;
const VERIFY_PEER = 1;
const VERIFY_DEMANDS = 3;
const LONGEST_RECORD = 20 * 1024;
/** How many bytes of OpenSSL's own answers may be unsent, which are the answers to some 2,400 updates of keys. */
const MOST_UNSENT_ANSWERS = 64 * 1024;
const EMPTY = Buffer.alloc(0);

/** What an OpenSSL channel is made of. */
export interface OpenSslParts {
  readonly environment: SelectorEnvironment;
  /** What the encrypted bytes go through. */
  readonly inner: SocketChannel;
  readonly connection: TlsConnection;
  readonly memory: TlsMemory;
  readonly plan: TlsPlan;
  /** What sessions with this peer are found by; `''` in a server. */
  readonly sessionKey: string;
  /** The session that a client asks to resume. */
  readonly resumed: Session | undefined;
  /** How many TLS channels there are below it. */
  readonly depth: number;
}

/**
 * TLS by OpenSSL itself, over another channel: that one's bytes are decrypted where they were received, all that have
 * come in one call, and what is written is encrypted in one call and goes out through it.
 *
 * Where that other channel is a socket's, the engine does both once the handshake is over, without a call. What it
 * cannot do (there is unsent data; something else is to be sent) is done here all the same, in the same order.
 */
export class OpenSslChannel implements TlsChannel, SecuredSink {
  /** How many TLS channels there are below this one. */
  readonly depth: number;
  readonly #environment: SelectorEnvironment;
  readonly #inner: SocketChannel;
  /** The inner channel, where the engine encrypts and decrypts for it. */
  #direct: SelectorStreamChannel | null = null;
  readonly #plan: TlsPlan;
  readonly #memory: TlsMemory;
  readonly #connection: TlsConnection;
  readonly #slab = new ReceiveSlab();
  /** Under which the sessions of this server are kept; `''` for a server. */
  readonly #sessionKey: string;
  readonly #resumed: Session | undefined;
  #sink: TlsSink | null = null;
  /** `null` before the handshake is over. */
  #facts: TlsFacts | null = null;
  #information: TlsInformation | null = null;
  #certificate: PeerCertificate | undefined;
  #isReading = false;
  /** Whether nothing more will come. */
  #isOver = false;
  #isBroken = false;
  #isEnding = false;
  #isClosed = false;
  /** How much of what is unsent may be OpenSSL's own answers. */
  #unsentAnswers = 0;
  /** What was written before the handshake was over; `null` afterwards. */
  #waiting: Buffer[] | null = [];

  constructor(parts: OpenSslParts, received: Buffer | null) {
    const { environment, inner, connection, memory, plan, depth } = parts;
    this.depth = depth;
    this.#environment = environment;
    this.#inner = inner;
    this.#plan = plan;
    this.#memory = memory;
    this.#sessionKey = parts.sessionKey;
    this.#resumed = parts.resumed;
    this.#connection = connection;
    environment.open.add(this);
    inner.open(this);
    if (!plan.serverSide) {
      const flags = connection.feed(EMPTY, EMPTY);
      this.#send();
      // Without a version or a cipher that it may offer, for example.
      if ((flags & FLAG_FAILED) !== 0) {
        this.#failSoon();
        return;
      }
    }
    if (received === null || received.length === 0) inner.startReading();
    // The sink is not there yet.
    else enqueueFromHost(environment.loop, deliverEarly, this, received);
  }

  get socket(): SocketLike {
    return this.#inner.socket;
  }

  open(sink: StreamSink): void {
    this.#sink = sink as TlsSink;
  }

  /** @internal */
  [kDeliverEarly](received: Buffer): void {
    if (this.#isClosed) return;
    this.#feed(received);
    this.#watch();
  }

  startReading(): void {
    this.#isReading = true;
    this.#watch();
  }

  stopReading(): void {
    this.#isReading = false;
    this.#watch();
  }

  /** A handshake reads, whether or not anything is wanted yet. */
  #watch(): void {
    if (this.#isClosed) return;
    const isWanted = !this.#isOver && !this.#isBroken && (this.#isReading || this.#waiting !== null);
    if (isWanted) this.#inner.startReading();
    else this.#inner.stopReading();
  }

  // What the inner channel delivers

  received(bytes: Buffer): void {
    this.#feed(bytes);
  }

  /** Nothing of what the inner channel delivers is kept. */
  get isBorrowing(): boolean {
    return true;
  }

  get hasMemory(): boolean {
    return false;
  }

  memory(): Uint8Array | null {
    return null;
  }

  filled(_byteCount: number, _rest: Buffer | null): void {}

  ended(): void {
    if (this.#isOver || this.#isBroken || this.#isClosed) return;
    this.#isOver = true;
    this.#sink?.ended();
  }

  failed(error: Error | null): void {
    this.#isBroken = true;
    if (!this.#isClosed) this.#sink?.failed(error);
  }

  drained(): void {
    if (!this.#isClosed) this.#sink?.drained();
  }

  get awaitsDrain(): boolean {
    return this.#sink?.awaitsDrain ?? false;
  }

  // What the engine has decrypted

  decrypted(bytes: Buffer): void {
    if (this.#isClosed || this.#isOver || this.#isBroken || this.#sink === null) return;
    deliverBytes(this.#sink, bytes, this.#slab);
  }

  tlsReported(flags: number): void {
    if (this.#isClosed) return;
    this.#settle();
    this.#answer(this.#connection.unsent());
    if ((flags & FLAG_SESSION) !== 0) this.#rememberSession();
    this.#conclude(flags);
  }

  unsentRecords(): Buffer | null {
    return this.#connection.unsent();
  }

  /** What was queued to be encrypted goes first. */
  #settle(): void {
    this.#direct?.flush();
  }

  // Receiving

  #feed(bytes: Buffer): void {
    this.#settle();
    let rest = bytes;
    if (this.#waiting !== null) {
      if (!this.#shakeHands(rest)) return;
      rest = rest.subarray(this.#consumed);
      this.#secured();
    }
    const isWanted = !this.#isOver && !this.#isBroken && !this.#isClosed;
    if (isWanted && rest.length > 0) this.#decrypt(rest);
  }

  /** Of the bytes that the handshake was given last. */
  #consumed = 0;
  /** What ends the handshake: a peer that is refused does not get it, nor a certificate of ours that is in it. */
  #lastFlight: Buffer = EMPTY;

  /** @returns whether the handshake is over, and has succeeded */
  #shakeHands(bytes: Buffer): boolean {
    const flags = this.#connection.feed(bytes, EMPTY);
    this.#consumed = this.#connection.consumed;
    if ((flags & FLAG_SECURED) !== 0) {
      // The program's own check may use the memory in which it lies.
      this.#lastFlight = Buffer.from(this.#connection.output() ?? EMPTY);
      return true;
    }
    this.#send();
    if ((flags & FLAG_FAILED) !== 0) this.#fail(failureOf(this.#connection));
    return false;
  }

  #secured(): void {
    const { context } = this.#plan;
    const verification = verifyPeer(this.#connection, this.#plan, this.#resumed?.authorizationError);
    if (verification.error !== null && context.options.rejectUnauthorized !== false) {
      this.#fail(verification.error);
      return;
    }
    // The check may have closed it.
    if (this.#isClosed) return;
    const waiting = this.#waiting as Buffer[];
    this.#waiting = null;
    if (this.#lastFlight.length > 0) this.#inner.write(this.#lastFlight);
    this.#lastFlight = EMPTY;
    this.#facts = this.#factsOf(verification);
    // From now on the transport decides whether to read; until it does, it keeps what comes.
    this.#isReading = true;
    this.#rememberSession();
    if (this.#inner instanceof SelectorStreamChannel) {
      this.#inner.secure(this.#connection.number, this);
      this.#direct = this.#inner;
    }
    if (waiting.length > 0) this.writev(waiting);
    this.#sink?.secured();
  }

  #factsOf({ shown, isReused, error }: Verification): TlsFacts {
    const { serverSide, context } = this.#plan;
    const { alpnProtocols, requestCert } = context.options;
    const text = (what: number): string | false => this.#connection.text(what)?.toString() ?? false;
    return {
      isReused,
      authorizationError: error?.code ?? error?.message ?? null,
      isAuthorized: error === null && (!serverSide || requestCert === true),
      alpnProtocol: alpnProtocols === undefined ? false : text(tlsNumbers.TEXT_ALPN),
      serverName: serverSide ? text(tlsNumbers.TEXT_SERVER_NAME) : (serverNameOf(this.#plan) ?? false),
      isServer: serverSide,
      shown,
      cipher: cipherOf(this.#connection),
    };
  }

  #decrypt(bytes: Buffer): void {
    const connection = this.#connection;
    const own = this.#sink?.hasMemory === true ? this.#sink.memory() : null;
    // The reader's code may have closed the transport.
    if (this.#isClosed) return;
    const room = own ?? this.#roomFor(bytes.length);
    let flags = connection.feed(bytes, room);
    const length = connection.plainLength;
    let rest: Buffer | null = null;
    this.#answer(connection.output());
    if ((flags & FLAG_MORE) !== 0) {
      const remaining = bytes.subarray(connection.consumed);
      const more = this.#roomFor(remaining.length);
      flags = (flags & FLAG_SESSION) | connection.feed(remaining, more);
      const moreLength = connection.plainLength;
      this.#answer(connection.output());
      if (moreLength > 0) rest = this.#slab.copy(more.subarray(0, moreLength));
    }
    if ((flags & FLAG_SESSION) !== 0) this.#rememberSession();
    if (length > 0) {
      if (own !== null) this.#sink?.filled(length, rest);
      else if (this.#sink !== null)
        deliverBytes(this.#sink, (room as Buffer).subarray(0, length), this.#slab);
    }
    this.#conclude(flags);
  }

  #conclude(flags: number): void {
    if (this.#isClosed || this.#isBroken) return;
    if ((flags & FLAG_FAILED) !== 0) this.#fail(failureOf(this.#connection));
    else if (this.#unsentAnswers > MOST_UNSENT_ANSWERS) this.#fail(tooManyUpdates());
    else if ((flags & FLAG_ENDED) !== 0) this.ended();
  }

  /**
   * Passes on what OpenSSL answers by itself: new keys, and that it does not renegotiate. A peer that asks endlessly
   * and reads nothing would make this end keep all the answers.
   */
  #answer(bytes: Uint8Array | null): void {
    if (bytes === null) return;
    this.#inner.write(bytes);
    this.#unsentAnswers = Math.min(this.#unsentAnswers + bytes.length, this.#inner.unsentBytes);
  }

  /** Room for the plain text of this many bytes, together with a record that had begun before. */
  #roomFor(length: number): Buffer {
    const { plain } = this.#memory;
    const wanted = length + LONGEST_RECORD;
    return wanted <= plain.length ? plain : Buffer.allocUnsafeSlow(wanted);
  }

  #rememberSession(): void {
    if (this.#plan.serverSide) return;
    const data = this.#connection.text(tlsNumbers.TEXT_SESSION);
    if (data === null) return;
    const { shown, authorizationError } = this.#facts as TlsFacts;
    const known = shown === null ? this.#resumed?.certificate : undefined;
    this.#plan.context[kSessions].set(this.#sessionKey, {
      data,
      authorizationError,
      // Few certificates are read.
      get certificate() {
        return shown === null ? known : shown.toObject();
      },
    });
    this.#information?.emit('session', data);
  }

  #fail(error: Error): void {
    if (this.#isBroken || this.#isClosed) return;
    this.#isBroken = true;
    this.#inner.stopReading();
    this.#sink?.failed(error);
  }

  /** Fails by a callback of its own: the sink is not there yet, or is in the midst of a call. */
  #failSoon(): void {
    this.#isBroken = true;
    enqueueFromHost(this.#environment.loop, deliverFailure, this, failureOf(this.#connection));
  }

  // Writing

  /** Passes on what the last call has made. */
  #send(): void {
    const bytes = this.#connection.output();
    if (bytes !== null) this.#inner.write(bytes);
  }

  write(data: Uint8Array): void {
    if (this.#isClosed || this.#isBroken || this.#isEnding) return;
    if (this.#waiting !== null) {
      this.#waiting.push(Buffer.from(data));
      return;
    }
    const taken = this.#direct === null ? 0 : this.#direct.writeSecured(data);
    if (taken === data.length) return;
    this.#settle();
    const connection = this.#connection;
    for (let offset = taken; offset < data.length; ) {
      const flags = connection.write(data, offset);
      offset += connection.consumed;
      this.#send();
      if ((flags & FLAG_FAILED) !== 0) {
        this.#failSoon();
        return;
      }
    }
  }

  writev(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 1) this.write(pieces[0]!);
    else if (this.#direct === null) this.write(Buffer.concat(pieces));
    // The engine joins them.
    else for (const piece of pieces) this.write(piece);
  }

  /** @internal */
  [kReportFailure](error: Error): void {
    if (!this.#isClosed) this.#sink?.failed(error);
  }

  get unsentBytes(): number {
    let waiting = 0;
    if (this.#waiting !== null) for (const { length } of this.#waiting) waiting += length;
    return waiting + this.#inner.unsentBytes;
  }

  flush(): void {
    this.#inner.flush?.();
  }

  get hasFailed(): boolean {
    return this.#isBroken || this.#inner.hasFailed === true;
  }

  shutdown(): void {
    if (this.#isClosed || this.#isBroken || this.#isEnding) return;
    this.#isEnding = true;
    this.#settle();
    this.#connection.end();
    this.#send();
    this.#inner.shutdown();
  }

  get isFlushed(): boolean {
    return this.#isEnding && this.#inner.unsentBytes === 0;
  }

  resetOnClose(): void {
    this.#inner.resetOnClose?.();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#settle();
    this.#isClosed = true;
    this.#isReading = false;
    this.#waiting = null;
    this.#sink = null;
    this.#connection.close();
    this.#inner.close();
    this.#environment.open.delete(this);
  }

  tlsInfo(name: string): unknown {
    const facts = this.#facts;
    if (facts === null) return undefined;
    switch (name) {
      case 'sslObject':
        this.#information ??= new TlsInformation(this.#connection, facts);
        return this.#information;
      case 'cipher':
        return { ...facts.cipher };
      case 'peercert':
        this.#certificate ??=
          facts.shown?.toObject() ?? (facts.isReused ? this.#resumed?.certificate : undefined);
        return this.#certificate;
      default:
        return undefined;
    }
  }
}

/**
 * Begins TLS on a channel of the selector, or on one that has TLS already.
 *
 * @returns `null` where `node:tls` has to do it
 */
export function secureByOpenSsl(
  environment: SelectorEnvironment,
  inner: SocketChannel,
  received: Buffer | null,
  plan: TlsPlan,
): TlsChannel | null {
  const context = opensslContextOf(plan.context, plan.serverSide);
  if (context === null) return null;
  const depth = inner instanceof OpenSslChannel ? inner.depth + 1 : 0;
  const memory = environment.tlsMemory(depth);
  const key = plan.serverSide ? '' : sessionKey(inner.socket, plan);
  const resumed = plan.serverSide ? undefined : plan.context[kSessions].get(key);
  let connection: TlsConnection;
  try {
    connection = new TlsConnection(context, memory, {
      serverSide: plan.serverSide,
      verify: modeOf(plan),
      serverName: serverNameOf(plan),
      session: resumed?.data ?? null,
    });
  } catch {
    return null;
  }
  const parts = { environment, inner, connection, memory, plan, sessionKey: key, resumed, depth };
  return new OpenSslChannel(parts, received);
}

function modeOf({ serverSide, context }: TlsPlan): number {
  if (!serverSide) return VERIFY_PEER;
  const { requestCert, rejectUnauthorized } = context.options;
  if (requestCert !== true) return VERIFY_NONE;
  return rejectUnauthorized === false ? VERIFY_PEER : VERIFY_DEMANDS;
}

/** Server name indication is for names only, not for addresses. */
function serverNameOf({ serverSide, serverHostname }: TlsPlan): string | null {
  return serverSide || serverHostname === '' || isIP(serverHostname) !== 0 ? null : serverHostname;
}

function deliverEarly(this: OpenSslChannel, received: Buffer): void {
  this[kDeliverEarly](received);
}

function deliverFailure(this: OpenSslChannel, error: Error): void {
  this[kReportFailure](error);
}
