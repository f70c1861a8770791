// A DNS server for a fixed set of IPv4 addresses, as a datagram protocol; dns-responder.ts is its program.
import {
  type Address,
  type BaseTransport,
  DatagramProtocol,
  type DatagramTransport,
} from '@bight/loop-abstract';

const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;
const NAME_ERROR = 3;

interface Question {
  id: number;
  name: string;
  type: number;
  /** The question's bytes, which the answer repeats. */
  bytes: Buffer;
}

/** Answers questions for the IPv4 addresses of names. */
export class DnsProtocol extends DatagramProtocol {
  #transport!: DatagramTransport;
  readonly #addresses: ReadonlyMap<string, string>;

  constructor(addresses: Iterable<readonly [name: string, address: string]>) {
    super();
    this.#addresses = new Map(addresses);
  }

  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as DatagramTransport;
  }

  override datagramReceived(data: Buffer, from: Address): void {
    const question = parseQuestion(data);
    if (question !== null) this.#transport.sendto(this.#answer(question), from);
  }

  #answer({ id, name, type, bytes }: Question): Buffer {
    const address = this.#addresses.get(name.toLowerCase());
    const records = address !== undefined && type === TYPE_A ? [addressRecord(address)] : [];
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(id, 0);
    header.writeUInt16BE(0x8400 | (address === undefined ? NAME_ERROR : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, bytes, ...records]);
  }
}

function parseQuestion(data: Buffer): Question | null {
  const isQuery = data.length > HEADER_BYTES && (data.readUInt16BE(2) & 0x8000) === 0;
  if (!isQuery || data.readUInt16BE(4) !== 1) return null;
  const labels: string[] = [];
  let offset = HEADER_BYTES;
  for (let length = data[offset]; length !== 0; length = data[offset]) {
    if (length === undefined || length > 63) return null;
    labels.push(data.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  if (offset + 5 > data.length) return null;
  const bytes = data.subarray(HEADER_BYTES, offset + 5);
  return { id: data.readUInt16BE(0), name: labels.join('.'), type: data.readUInt16BE(offset + 1), bytes };
}

function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  // A pointer to the name in the question.
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(4, 10);
  record.set(address.split('.').map(Number), 12);
  return record;
}
