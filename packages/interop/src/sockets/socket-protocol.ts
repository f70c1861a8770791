import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';
import { kAttach, kEnded, kLost, kReceived, kSetPaused } from '../internals.js';

/** What a protocol calls of a socket over its transport. */
export interface AttachedSocket {
  [kAttach](transport: Transport): void;
  [kReceived](bytes: Buffer): void;
  [kEnded](): void;
  [kSetPaused](isPaused: boolean): void;
  [kLost](error: Error | null): void;
}

/** The protocol between a transport and the socket that libraries have. */
export class SocketProtocol extends Protocol {
  readonly #socket: AttachedSocket;

  constructor(socket: AttachedSocket) {
    super();
    this.#socket = socket;
  }

  override connectionMade(_transport: BaseTransport): void {}

  override dataReceived(data: Buffer): void {
    this.#socket[kReceived](data);
  }

  /** Each half ends by itself: whether the socket ends its own is for the stream to decide. */
  override eofReceived(): boolean {
    this.#socket[kEnded]();
    return true;
  }

  override pauseWriting(): void {
    this.#socket[kSetPaused](true);
  }

  override resumeWriting(): void {
    this.#socket[kSetPaused](false);
  }

  override connectionLost(error: Error | null): void {
    this.#socket[kLost](error);
  }
}
