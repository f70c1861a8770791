import type { Address } from '@bight/loop-abstract';
import type { FutureLoop } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import { NOT_READY, trySend, trySendTo } from '@bight/sockets/low-level';
import { SocketOperation } from './socket-operation.js';

/** `loop.sockSendall()`. The bytes are sent from where they are. */
export class SendAll extends SocketOperation<void> {
  readonly #bytes: Uint8Array;
  #sent = 0;

  constructor(loop: FutureLoop, socket: Socket, bytes: Uint8Array) {
    super(loop, socket);
    this.#bytes = bytes;
  }

  protected override attempt(): boolean {
    const count = trySend(this.socket, this.#bytes, this.#sent);
    if (count === NOT_READY) return false;
    this.#sent += count;
    if (this.#sent < this.#bytes.byteLength) return false;
    this.setResult(undefined);
    return true;
  }
}

/** `loop.sockSendto()`. */
export class SendTo extends SocketOperation<number> {
  readonly #bytes: Uint8Array;
  readonly #address: Address;

  constructor(loop: FutureLoop, socket: Socket, bytes: Uint8Array, address: Address) {
    super(loop, socket);
    this.#bytes = bytes;
    this.#address = address;
  }

  protected override attempt(): boolean {
    const count = trySendTo(this.socket, this.#bytes, this.#address);
    if (count === NOT_READY) return false;
    this.setResult(count);
    return true;
  }
}
