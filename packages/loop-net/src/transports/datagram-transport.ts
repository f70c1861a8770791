import {
  type AbstractFuture,
  type Address,
  type BaseProtocolLike,
  type DatagramProtocolLike,
  DatagramTransport,
  type ExtraInfoValue,
  type InetAddress,
  ValueError,
  type WriteBufferLimits,
} from '@bight/loop-abstract';
import { checkBytes, typeError } from '@bight/loop-abstract/validate';
import {
  asError,
  ConnectionContext,
  connectionMade,
  endWaiter,
  trackHandle,
  untrackHandle,
  WaterMarks,
} from '@bight/loop-core/low-level';
import { AF_UNSPEC, SOCK_DGRAM } from '../addresses/constants.js';
import { checkInetAddress, familyOf, sameAddress } from '../addresses/inet-address.js';
import { BYTES_PER_DATAGRAM, type DatagramChannel, type DatagramSink } from '../driver/datagram-channel.js';
import type { NetBaseLoop } from '../driver/network.js';
import { kCallConnectionLost, kStart } from '../internals.js';
import { checkUnixPath } from '../unix/unix-path.js';

/** The transport of a datagram socket: asyncio's rules over a driver's channel. */
export class DatagramSocketTransport extends DatagramTransport {
  readonly #loop: NetBaseLoop;
  readonly #channel: DatagramChannel;
  /** Where every datagram goes, if the endpoint has such an address. */
  readonly #remote: Address | null;
  readonly #context: ConnectionContext;
  #marks = WaterMarks.usual;
  #protocol: DatagramProtocolLike | null;
  #isClosing = false;
  #isLost = false;
  #isProtocolPaused = false;
  #numericHost: string | null = null;
  /** Bytes that wait for the address of a host. */
  #resolvingBytes = 0;
  /** Where the channel delivers. It does so inside the loop, in no particular context. */
  readonly #sink: DatagramSink = {
    received: (data, address) => {
      if (!this.#isClosing) this.#context.run(this.#deliver, this, { data, address });
    },
    errored: (error) => this.#errored(error),
    drained: () => this.#drained(),
  };

  constructor(
    loop: NetBaseLoop,
    channel: DatagramChannel,
    protocol: DatagramProtocolLike,
    remote: Address | null,
  ) {
    super();
    this.#loop = loop;
    this.#channel = channel;
    this.#protocol = protocol;
    this.#remote = remote;
    this.#context = new ConnectionContext(loop);
    trackHandle(loop, 'datagram transport', this);
    channel.open(this.#sink);
  }

  /** Schedules `connectionMade`, then reading, then the end of `waiter`. @internal */
  [kStart](waiter: AbstractFuture<void>): void {
    this.#context.soon(this.#loop, connectionMade, [this.#protocol as DatagramProtocolLike, this]);
    this.#context.soon(this.#loop, () => this.#isClosing || this.#channel.startReading(), []);
    this.#loop.callSoon(endWaiter, [waiter]);
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    return (this.#extraInfo(name) ?? fallback ?? null) as ExtraInfoValue<K> | D;
  }

  #extraInfo(name: string): unknown {
    const { socket } = this.#channel;
    switch (name) {
      case 'socket':
        return socket;
      case 'sockname':
        return socket.getsockname();
      case 'peername':
        return this.#channel.isConnected ? socket.getpeername() : null;
      default:
        return null;
    }
  }

  override isClosing(): boolean {
    return this.#isClosing;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this.#protocol = protocol;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol as BaseProtocolLike;
  }

  override sendto(data: ArrayBufferView, addr?: Address | null): void {
    const bytes = checkBytes(data, 'data');
    const address = this.#checkAddress(addr ?? null);
    if (this.#isLost) return;
    if (typeof address === 'object' && address !== null && !this.#isNumeric(address.host)) {
      this.#resolveAndSend(Buffer.from(bytes), address);
    } else {
      this.#channel.send(bytes, address);
    }
    this.#maybePauseProtocol();
  }

  /** Datagrams tend to go where the last one went. */
  #isNumeric(host: string): boolean {
    if (host === this.#numericHost) return true;
    if (familyOf(host) === AF_UNSPEC) return false;
    this.#numericHost = host;
    return true;
  }

  /** Where a datagram goes: `null` for where the socket is connected to. */
  #checkAddress(addr: Address | null): Address | null {
    const remote = this.#remote;
    if (remote !== null) {
      if (addr !== null && !isSame(addr, remote)) {
        throw new ValueError(`Invalid address: must be null or ${JSON.stringify(remote)}`);
      }
      return this.#channel.isConnected ? null : remote;
    }
    if (this.#channel.isConnected) return null;
    if (typeof addr === 'string') return checkUnixPath(addr, 'addr');
    return checkInetAddress(addr, 'addr');
  }

  /** asyncio's whole loop waits while a name is looked up; here the datagram waits alone. */
  #resolveAndSend(data: Buffer, { host, port }: InetAddress): void {
    const bytes = data.length + BYTES_PER_DATAGRAM;
    this.#resolvingBytes += bytes;
    const { family } = this.#channel.socket;
    const found = this.#loop.getaddrinfo(host, port, { family, type: SOCK_DGRAM });
    found.addDoneCallback(() => {
      this.#resolvingBytes -= bytes;
      if (this.#isLost) return;
      const error = found.cancelled() ? null : found.exception();
      if (error !== null) this.#errored(error);
      else if (!found.cancelled()) this.#channel.send(data, found.result()[0]?.sockaddr ?? null);
      this.#drained();
    });
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#marks = this.#marks.with(limits);
    this.#maybePauseProtocol();
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  override getWriteBufferSize(): number {
    const channel = this.#channel;
    if (channel.unsentBytes > 0) channel.flush?.();
    return channel.unsentBytes + this.#resolvingBytes;
  }

  override close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#channel.stopReading();
    if (this.getWriteBufferSize() === 0) this.#lose(null);
  }

  override abort(): void {
    if (this.#isLost) return;
    this.#isClosing = true;
    this.#channel.close();
    this.#lose(null);
  }

  #lose(error: Error | null): void {
    this.#isLost = true;
    this.#context.soon(this.#loop, connectionLost, [this, error]);
  }

  /** @internal */
  [kCallConnectionLost](error: Error | null): void {
    try {
      this.#protocol?.connectionLost?.(error);
    } finally {
      this.#channel.close();
      untrackHandle(this.#loop, this);
      this.#protocol = null;
    }
  }

  #maybePauseProtocol(): void {
    const gathered = this.#channel.unsentBytes + this.#resolvingBytes;
    if (this.#isProtocolPaused || !this.#marks.isTooMuch(gathered)) return;
    if (!this.#marks.isTooMuch(this.getWriteBufferSize())) return;
    this.#isProtocolPaused = true;
    this.#call(() => this.#protocol?.pauseWriting?.(), 'protocol.pauseWriting() failed');
  }

  /** An exception of the protocol is reported, as in asyncio: the endpoint goes on. */
  #deliver({ data, address }: { data: Buffer; address: Address }): void {
    try {
      this.#protocol?.datagramReceived?.(data, address);
    } catch (error) {
      this.#report('Exception in callback datagramReceived()', error);
    }
  }

  #errored(error: Error): void {
    if (this.#isLost) return;
    this.#context.run(this.#deliverError, this, error);
  }

  #deliverError(error: Error): void {
    this.#call(() => this.#protocol?.errorReceived?.(error), 'Exception in callback errorReceived()');
  }

  #drained(): void {
    if (this.#isLost) return;
    this.#context.run(this.#resume, this, undefined);
  }

  #resume(): void {
    if (this.#isProtocolPaused && this.getWriteBufferSize() <= this.#marks.lowBytes) {
      this.#isProtocolPaused = false;
      this.#call(() => this.#protocol?.resumeWriting?.(), 'protocol.resumeWriting() failed');
    }
    if (this.#isClosing && !this.#isLost && this.getWriteBufferSize() === 0) {
      this.#isLost = true;
      this[kCallConnectionLost](null);
    }
  }

  #call(method: () => void, message: string): void {
    try {
      method();
    } catch (error) {
      this.#report(message, error);
    }
  }

  #report(message: string, thrown: unknown): void {
    const protocol = this.#protocol ?? undefined;
    this.#loop.callExceptionHandler({ message, exception: asError(thrown), transport: this, protocol });
  }
}

/** The last callback, named as it should appear in "Exception in callback …". */
function connectionLost(transport: DatagramSocketTransport, error: Error | null): void {
  transport[kCallConnectionLost](error);
}

function isSame(one: Address, other: Address): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return sameAddress(checkInetAddress(one, 'addr'), other);
}
