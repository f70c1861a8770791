import type { Address, InetAddress } from '@bight/loop-abstract';
import { addressDetails, encodeAddress, incoming } from '../addresses/address.js';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

/** On an address that an engine made: its id there. Not enumerable, so that the address looks like any other. */
const ID = Symbol('bight.addressId');

type Known = Address & { [ID]?: number };

const REPLACES = 65536;

/**
 * The addresses of an engine's datagrams. The addon knows each by an id; here is the object that stands for it. Every
 * datagram of one peer comes with the same object, which is frozen, and sending to that object needs no conversion.
 */
export class DatagramAddresses {
  readonly #engine: number;
  readonly #known: (Known | undefined)[] = [];
  /** What was last converted: programs send to one address many times. */
  #lastFamily = -1;
  #lastAddress: Partial<InetAddress> = {};
  #lastId = -1;

  constructor(engine: number) {
    this.#engine = engine;
  }

  /** The address with an id. */
  get(id: number): Address | null {
    return this.#known[id] ?? null;
  }

  /** Notes which address the addon reports for an id. */
  learn(id: number, address: Address): Address {
    if (typeof address === 'object') {
      Object.defineProperty(address, ID, { value: id });
      Object.freeze(address);
    }
    if (id === this.#lastId) this.#lastId = -1;
    this.#known[id] = address;
    return address;
  }

  /** The id of an address, which stands for it until the queue goes out the next time. */
  idOf(family: number, address: Address): number {
    const id = typeof address === 'object' ? (address as Known)[ID] : undefined;
    if (id !== undefined && this.#known[id] === address) return id;
    return this.#isLast(family, address) ? this.#lastId : this.#convert(family, address);
  }

  #isLast(family: number, address: Address): boolean {
    if (this.#lastId < 0 || family !== this.#lastFamily || typeof address === 'string') return false;
    const last = this.#lastAddress;
    return (
      address.host === last.host &&
      address.port === last.port &&
      address.scopeId === last.scopeId &&
      address.flowinfo === last.flowinfo
    );
  }

  #convert(family: number, address: Address): number {
    const answer = native().engineAddress(this.#engine, encodeAddress(family, address), incoming.bytes);
    const id = check(answer, 'sendto', answer < 0 ? addressDetails(address) : undefined) % REPLACES;
    if (answer >= REPLACES) this.learn(id, incoming.read());
    if (typeof address === 'object') {
      this.#lastFamily = family;
      this.#lastAddress = { ...address };
      this.#lastId = id;
    }
    return id;
  }
}
