import { type BaseTransport, RuntimeError } from '@bight/loop-abstract';
import { coreOf, TransportCore, type TransportOwner } from '@bight/loop-core/low-level';
import type { SocketChannel } from '../driver/socket-channel.js';

/** An operation that has a transport for itself. */
export interface TransportOperation {
  /** For messages. */
  readonly name: 'sendfile' | 'startTls';
  /** Called in place of the protocol's methods when the transport wants no more for now, or more again. */
  flow?(isPaused: boolean): void;
  /** Called before the protocol when the connection is at its end. */
  lost?(error: Error | null): void;
}

/** What is left of a transport that was upgraded. */
export interface Surrendered {
  readonly channel: SocketChannel;
  /** What came through it and was not delivered. */
  readonly received: Buffer | null;
  /** Whether the peer's end came, too. */
  readonly isOver: boolean;
  readonly owner: TransportOwner | null;
}

/** The inner object of a socket's transport, which operations can have for themselves and TLS can take over. */
export class SocketCore<C extends SocketChannel = SocketChannel> extends TransportCore<C> {
  /** The name of the host that the connection was made to, if the caller gave one. */
  hostName: string | null = null;
  /** The TLS transport that this one was upgraded to. */
  upgradedTo: SocketCore | null = null;
  #operation: TransportOperation | null = null;
  /** Whether the protocol was last called to pause writing. */
  #isReportedPaused = false;

  override extraInfo(name: string): unknown {
    const { socket } = this.channel;
    switch (name) {
      case 'socket':
        return socket;
      case 'sockname':
        return known(() => socket.getsockname());
      case 'peername':
        return known(() => socket.getpeername());
      default:
        return undefined;
    }
  }

  override fileno(): number {
    return this.channel.socket.fileno();
  }

  override writeInVain(pieces: readonly Uint8Array[]): void {
    if (this.upgradedTo === null) super.writeInVain(pieces);
    else if (pieces.length === 1) this.upgradedTo.write(pieces[0]!);
    else this.upgradedTo.writelines(pieces);
  }

  override checkWritable(method: string): void {
    if (this.#operation?.name === 'sendfile') throw inProgress(method, 'sendfile');
    super.checkWritable(method);
  }

  override writeEof(): void {
    if (this.isEnding) return;
    if (this.#operation?.name === 'sendfile') throw inProgress('writeEof', 'sendfile');
    super.writeEof();
  }

  override close(): void {
    this.upgradedTo?.close();
    super.close();
  }

  override abort(): void {
    this.upgradedTo?.abort();
    super.abort();
  }

  /**
   * Gives the transport to an operation, until `endOperation()`: reading rests, and the operation is called with the
   * flow.
   *
   * @throws {RuntimeError} when another one has it
   */
  beginOperation(operation: TransportOperation): void {
    if (this.#operation !== null) throw inProgress(operation.name, this.#operation.name);
    this.#operation = operation;
    this.rest(true);
  }

  endOperation(): void {
    this.#operation = null;
    if (this.isLost) return;
    this.rest(false);
    if (this.#isReportedPaused !== this.isProtocolPaused) this.reportFlow();
  }

  override reportFlow(): void {
    if (this.#operation?.flow !== undefined) {
      this.#operation.flow(this.isProtocolPaused);
      return;
    }
    this.#isReportedPaused = this.isProtocolPaused;
    super.reportFlow();
  }

  override callConnectionLost(error: Error | null): void {
    try {
      this.#operation?.lost?.(error);
    } finally {
      super.callConnectionLost(error);
    }
  }

  /** Hands the channel over, with what came through it and was not delivered; this transport can no longer be used. */
  surrender(): Surrendered {
    const owner = this.release();
    const isOver = this.isEofHeld;
    const pieces = this.takeHeld();
    this.isEnding = true;
    this.isLost = true;
    return {
      channel: this.channel,
      received: pieces.length === 0 ? null : Buffer.concat(pieces),
      isOver,
      owner,
    };
  }
}

/** The inner object of a socket's transport; `null` for any other transport. */
export function socketCoreOf(transport: BaseTransport): SocketCore | null {
  const core = coreOf(transport);
  return core instanceof SocketCore ? core : null;
}

function inProgress(method: string, operation: string): RuntimeError {
  return new RuntimeError(`unable to ${method}; ${operation} is in progress`);
}

function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
