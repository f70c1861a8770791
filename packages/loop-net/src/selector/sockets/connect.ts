import type { Address } from '@bight/loop-abstract';
import type { FutureLoop } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import { checkConnected, tryConnect } from '@bight/sockets/low-level';
import { SocketOperation } from './socket-operation.js';

/** `loop.sockConnect()`, to an address that needs no look-up. */
export class Connect extends SocketOperation<void> {
  readonly #address: Address;
  #isUnderWay = false;

  constructor(loop: FutureLoop, socket: Socket, address: Address) {
    super(loop, socket);
    this.#address = address;
  }

  protected override attempt(): boolean {
    if (this.#isUnderWay) checkConnected(this.socket, this.#address);
    else if (!tryConnect(this.socket, this.#address)) {
      this.#isUnderWay = true;
      return false;
    }
    this.setResult(undefined);
    return true;
  }
}
