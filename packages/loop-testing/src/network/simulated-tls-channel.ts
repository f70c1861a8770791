import type { SchedulingLoop, SocketLike } from '@bight/loop-abstract';
import type { StreamSink } from '@bight/loop-core/low-level';
import type { TlsChannel, TlsPlan, TlsSink } from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import { kBegin, kRefuse, kReport, kReportDrained, kStep } from '../internals.js';
import { type AlertName, alertBytes, alertError, wrongVersion } from '../tls/alerts.js';
import {
  answerOf,
  clientProblem,
  finishedOf,
  type HandshakeMessage,
  helloOf,
  type Secured,
  serverProblem,
} from '../tls/handshake.js';
import type { HostTls } from '../tls/host-tls.js';
import { RecordReader, type TlsRecord, toRecords } from '../tls/records.js';
import { CIPHER, SimulatedSslObject } from '../tls/ssl-object.js';
import { ByteQueue } from './byte-queue.js';
import { deliver } from './deliver.js';
import type { HostProcess } from './host-process.js';
import type { SimulatedChannel } from './simulated-channel.js';
import type { World } from './world.js';

/** What a TLS channel is made of. */
export interface TlsChannelParts {
  readonly world: World;
  readonly loop: SchedulingLoop;
  readonly process: HostProcess;
  /** How its host shakes hands. */
  readonly host: HostTls;
  /** What it sends and receives through. */
  readonly channel: SimulatedChannel;
  /** What has come already and belongs to TLS. */
  readonly received: Buffer | null;
  readonly plan: TlsPlan;
}

/**
 * TLS in a simulation: the handshake's messages and checks, then the bytes themselves in records, in clear text. The
 * errors are those of Node.
 */
export class SimulatedTlsChannel implements TlsChannel {
  readonly socket: SocketLike;
  readonly #parts: TlsChannelParts;
  readonly #records = new RecordReader();
  #sink: TlsSink | null = null;
  #servername: string | false = false;
  #alpn: string | false = false;
  #secured: SimulatedSslObject | null = null;

  #isReading = false;
  #isClosed = false;
  #isNotified = false;

  /** What was written before the handshake was over. */
  readonly #unsecured = new ByteQueue();
  #isShutDown = false;
  #hasSentEnd = false;

  readonly #received = new ByteQueue();
  #hasReceivedEnd = false;
  #hasReportedEnd = false;
  #error: Error | null = null;
  #hasReportedFailure = false;

  constructor(parts: TlsChannelParts) {
    this.#parts = parts;
    this.socket = parts.channel.socket;
  }

  open(sink: StreamSink): void {
    this.#sink = sink as TlsSink;
    const { channel, loop, process } = this.#parts;
    channel.open(this.#inbound);
    channel.startReading();
    deliver(loop, process, begin, this, undefined);
  }

  startReading(): void {
    this.#isReading = true;
    if (!this.#isClosed) this.#parts.channel.startReading();
    this.#notify();
  }

  stopReading(): void {
    this.#isReading = false;
    // The handshake goes on.
    if (this.#secured !== null) this.#parts.channel.stopReading();
  }

  write(data: Uint8Array): void {
    if (this.#isClosed || this.#isShutDown || data.length === 0) return;
    if (this.#secured === null) this.#unsecured.push(Buffer.from(data));
    else this.#parts.channel.writev(toRecords('data', data));
  }

  writev(pieces: readonly Uint8Array[]): void {
    this.write(Buffer.concat(pieces));
  }

  get unsentBytes(): number {
    return this.#unsecured.length + this.#parts.channel.unsentBytes;
  }

  get isFlushed(): boolean {
    return this.#hasSentEnd && this.#parts.channel.unsentBytes === 0;
  }

  shutdown(): void {
    if (this.#isClosed || this.#isShutDown) return;
    this.#isShutDown = true;
    if (this.#secured !== null) this.#sendEnd();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink = null;
    this.#received.clear();
    this.#unsecured.clear();
    this.#parts.channel.close();
  }

  tlsInfo(name: string): unknown {
    switch (name) {
      case 'sslObject':
        return this.#secured;
      case 'cipher':
        return CIPHER;
      case 'peercert': {
        const certificate = this.#secured?.getPeerCertificate() ?? {};
        return Object.keys(certificate).length > 0 ? certificate : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Where the channel below delivers. */
  readonly #inbound: StreamSink = {
    isBorrowing: false,
    hasMemory: false,
    awaitsDrain: true,
    memory: () => null,
    filled: () => {},
    received: (bytes) => this.#arrived(bytes),
    ended: () => {
      this.#hasReceivedEnd = true;
      this.#notify();
    },
    failed: (error) => this.#fail(error ?? osError('ECONNRESET', 'read')),
    drained: () => {
      if (!this.#isClosed) this.#sink?.drained();
    },
  };

  /** Takes a step of the handshake, after the time that it takes on this host. */
  #later(message: HandshakeMessage | null): void {
    const { world, loop, process, host } = this.#parts;
    if (host.fault === 'silence') return;
    if (host.delay === 0) this[kStep](message);
    else world.at(world.now() + host.delay, () => deliver(loop, process, step, this, message));
  }

  /** @internal */
  [kStep](message: HandshakeMessage | null): void {
    if (this.#isClosed || this.#error !== null) return;
    const { plan, host, channel } = this.#parts;
    if (message === null) this.#say(helloOf(plan));
    else if (host.fault === 'cut') {
      channel[kRefuse]();
      this.#fail(osError('ECONNRESET', 'read'));
    } else if (message.step === 'hello') this.#answer(message);
    else if (message.step === 'server') this.#finish(message);
    else this.#accept(message);
  }

  /** The server answers the client. */
  #answer(hello: HandshakeMessage & { step: 'hello' }): void {
    const { plan, host } = this.#parts;
    this.#servername = hello.servername || false;
    const answer = answerOf(plan, hello, host.fault === 'certificate');
    if (typeof answer === 'string') {
      this.#alert(answer);
      this.#fail(osError('ECONNRESET', 'read'));
      return;
    }
    this.#alpn = answer.alpn ?? false;
    this.#say(answer);
  }

  /** The client verifies the server, and has its part done. */
  #finish(message: HandshakeMessage & { step: 'server' }): void {
    const { plan, host } = this.#parts;
    const problem = serverProblem(plan, message);
    if (problem !== null && plan.context.options.rejectUnauthorized !== false) {
      this.#fail(problem);
      return;
    }
    this.#say(finishedOf(plan, message.asksForCertificate, host.fault === 'certificate'));
    this.#becomeSecure({
      chain: message.chain,
      alpn: message.alpn ?? false,
      servername: plan.serverHostname || false,
      authorizationError: problem,
      isAuthorized: problem === null,
    });
  }

  /** The server verifies the client. */
  #accept(message: HandshakeMessage & { step: 'finished' }): void {
    const { requestCert, rejectUnauthorized } = this.#parts.plan.context.options;
    const problem = clientProblem(this.#parts.plan, message);
    if (problem !== null && rejectUnauthorized !== false) {
      if (message.chain.length === 0) this.#alert('certificateRequired');
      this.#fail(problem);
      return;
    }
    this.#becomeSecure({
      chain: message.chain,
      alpn: this.#alpn,
      servername: this.#servername,
      authorizationError: problem,
      isAuthorized: requestCert === true && problem === null,
    });
  }

  #becomeSecure(secured: Secured): void {
    this.#secured = new SimulatedSslObject(secured);
    const bytes = this.#unsecured.take(this.#unsecured.length);
    if (bytes.length > 0) this.#parts.channel.writev(toRecords('data', bytes));
    if (this.#isShutDown) this.#sendEnd();
    this.#sink?.secured();
    this.#readRecords();
  }

  #say(message: HandshakeMessage): void {
    this.#parts.channel.writev(toRecords('handshake', Buffer.from(JSON.stringify(message))));
  }

  #alert(name: AlertName): void {
    this.#parts.channel.writev(toRecords('alert', alertBytes(name)));
  }

  #sendEnd(): void {
    const { channel, loop, process } = this.#parts;
    this.#hasSentEnd = true;
    this.#alert('closeNotify');
    channel.shutdown();
    if (this.isFlushed) deliver(loop, process, deliverFlushed, this, undefined);
  }

  #arrived(bytes: Buffer): void {
    this.#records.push(bytes);
    this.#readRecords();
  }

  #readRecords(): void {
    while (!this.#isClosed && this.#error === null) {
      const record = this.#records.next();
      if (record === null) return;
      if (record === undefined) this.#fail(wrongVersion());
      else this.#take(record);
    }
  }

  #take({ kind, bytes }: TlsRecord): void {
    if (kind === 'handshake') {
      this.#later(JSON.parse(bytes.toString()) as HandshakeMessage);
    } else if (kind === 'data') {
      this.#received.push(Buffer.from(bytes));
      this.#notify();
    } else {
      const error = alertError(bytes);
      if (error !== null) this.#fail(error);
      else {
        this.#hasReceivedEnd = true;
        this.#notify();
      }
    }
  }

  #fail(error: Error): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.#notify();
  }

  /** Notifies the sink in a turn of its own, if there is something to report. */
  #notify(): void {
    if (this.#isNotified || this.#isClosed || this.#sink === null || !this.#hasNews()) return;
    this.#isNotified = true;
    deliver(this.#parts.loop, this.#parts.process, report, this, undefined);
  }

  #hasNews(): boolean {
    const isReading = this.#isReading && this.#secured !== null;
    if (this.#received.length > 0) return isReading;
    if (this.#error !== null) return !this.#hasReportedFailure;
    return this.#hasReceivedEnd && !this.#hasReportedEnd && (isReading || this.#secured === null);
  }

  /** @internal */
  [kReport](): void {
    this.#isNotified = false;
    const sink = this.#sink;
    if (this.#isClosed || sink === null || !this.#hasNews()) return;
    if (this.#received.length > 0) this.#deliver(sink);
    else if (this.#error !== null) {
      this.#hasReportedFailure = true;
      sink.failed(this.#error);
    } else {
      this.#hasReportedEnd = true;
      sink.ended();
    }
    this.#notify();
  }

  #deliver(sink: TlsSink): void {
    const memory = sink.hasMemory ? sink.memory() : null;
    if (this.#isClosed || !this.#isReading) return;
    if (memory === null) {
      sink.received(this.#received.take(this.#received.length));
      return;
    }
    const bytes = this.#received.take(Math.min(this.#received.length, memory.length));
    bytes.copy(memory);
    sink.filled(bytes.length, null);
  }

  /** @internal */
  [kReportDrained](): void {
    if (!this.#isClosed) this.#sink?.drained();
  }

  /** Begins the handshake. @internal */
  [kBegin](): void {
    const { plan, received } = this.#parts;
    if (!plan.serverSide) this.#later(null);
    else if (received !== null && received.length > 0) this.#arrived(received);
  }
}

function begin(this: SimulatedTlsChannel): void {
  this[kBegin]();
}

function step(this: SimulatedTlsChannel, message: HandshakeMessage | null): void {
  this[kStep](message);
}

function report(this: SimulatedTlsChannel): void {
  this[kReport]();
}

function deliverFlushed(this: SimulatedTlsChannel): void {
  this[kReportDrained]();
}
