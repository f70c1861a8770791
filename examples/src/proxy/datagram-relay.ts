import { AF_INET, DatagramProtocol, type DatagramTransport, getRunningLoop, type InetAddress } from 'bight';
import { decodeSocksAddress, encodeSocksAddress } from './requests.js';

/** The most concurrent lookups of names: a flood of datagrams must not start any number of them. */
const MOST_LOOKUPS = 16;

/**
 * Forwards datagrams for one client, by SOCKS 5: each datagram begins with the address of its target or, on the way
 * back, of its sender. Accepts only the client's address, and the first port that it uses.
 */
export class DatagramRelay {
  readonly #client: string;
  #port: number | null = null;
  readonly #addresses = new Map<string, string>();
  #lookups = 0;
  #inside: DatagramTransport | null = null;
  #outside: DatagramTransport | null = null;

  private constructor(client: string) {
    this.#client = client;
  }

  /**
   * @param client - the client's address
   * @param host - the proxy's own address, as that client sees it
   */
  static async open(client: string, host: string): Promise<DatagramRelay> {
    const relay = new DatagramRelay(client);
    const loop = getRunningLoop();
    const endpoint = (receive: (data: Buffer, from: InetAddress) => void, local: string) =>
      loop.createDatagramEndpoint(
        () =>
          new (class extends DatagramProtocol<InetAddress> {
            override datagramReceived(data: Buffer, from: InetAddress): void {
              receive(data, from);
            }
          })(),
        { localAddr: { host: local, port: 0 } },
      );
    [relay.#inside] = await endpoint((data, from) => relay.#goOut(data, from), host);
    try {
      [relay.#outside] = await endpoint((data, from) => relay.#comeIn(data, from), '0.0.0.0');
    } catch (error) {
      relay.close();
      throw error;
    }
    return relay;
  }

  /** The address to which the client sends its datagrams. */
  get address(): InetAddress {
    return this.#inside!.getExtraInfo('sockname') as InetAddress;
  }

  close(): void {
    this.#inside?.close();
    this.#outside?.close();
  }

  #goOut(data: Buffer, from: InetAddress): void {
    if (from.host !== this.#client || (this.#port ?? from.port) !== from.port) return;
    this.#port = from.port;
    // Two reserved bytes, and the number of a fragment: fragments are not supported.
    if (data.length < 4 || data[2] !== 0) return;
    const target = decodeSocksAddress(data.subarray(3));
    if (target === null) return;
    const { host, port, length } = target;
    const payload = data.subarray(3 + length);
    const known = /^[\d.]+$/.test(host) ? host : this.#addresses.get(host);
    if (known !== undefined) this.#outside?.sendto(payload, { host: known, port });
    else void this.#lookUp(host, port, payload);
  }

  async #lookUp(host: string, port: number, payload: Buffer): Promise<void> {
    if (this.#lookups === MOST_LOOKUPS) return;
    this.#lookups++;
    try {
      const loop = getRunningLoop();
      const [found] = await loop.getaddrinfo(host, port, { family: AF_INET });
      if (found === undefined) return;
      const { host: address } = found.sockaddr as InetAddress;
      this.#addresses.set(host, address);
      if (this.#outside?.isClosing() === false) this.#outside.sendto(payload, { host: address, port });
    } catch {
      // A datagram to a name that does not exist is lost, as datagrams are.
    } finally {
      this.#lookups--;
    }
  }

  #comeIn(data: Buffer, from: InetAddress): void {
    if (this.#port === null) return;
    const header = Buffer.concat([Buffer.alloc(3), encodeSocksAddress(from.host, from.port)]);
    this.#inside?.sendto(Buffer.concat([header, data]), { host: this.#client, port: this.#port });
  }
}
