import { randomFillSync } from 'node:crypto';
import {
  type AbstractFuture,
  DatagramProtocol,
  type DatagramTransport,
  Event,
  getRunningLoop,
  type InetAddress,
  moveOnAfter,
  sleep,
  TaskGroup,
} from 'bight';
import { Backoff } from './backoff.js';
import { Contact, Id } from './contact.js';
import {
  decode,
  type Envelope,
  encode,
  isReply,
  LONGEST_VALUE,
  type Reply,
  type Request,
} from './messages.js';
import { RoutingTable } from './routing-table.js';
import { Shortlist } from './shortlist.js';

/** The options of a node. */
export interface DhtOptions {
  readonly host?: string;
  readonly port?: number;
  /** Known nodes; without any, this node is the first of its network. */
  readonly bootstrap?: readonly { readonly host: string; readonly port: number }[];
  readonly id?: Id;
}

interface StoredValue {
  readonly value: Buffer;
  /** On the loop's clock. */
  readonly publishedAt: number;
  receivedAt: number;
}

interface Pending {
  readonly from: Contact;
  readonly future: AbstractFuture<Reply>;
}

const ALPHA = 3;
const TRIES = 2;
const REPLY_SECONDS = 0.5;
const REFRESH_SECONDS = 3600;
const EXPIRE_SECONDS = 24 * 3600;
const CHECK_SECONDS = 60;
// A node that was lost is asked for some hours whether it is back.
const MOST_FAILURES = 10;
const MOST_VALUES = 10_000;

/**
 * A node of a distributed hash table, by the Kademlia algorithm: each value is on the nodes whose ids are nearest to
 * that of its key, and every node finds these in a few steps, even when nodes join and leave.
 */
export class DhtNode {
  readonly id: Id;
  readonly table: RoutingTable;
  readonly #options: DhtOptions;
  readonly #pending = new Map<bigint, Pending>();
  readonly #values = new Map<string, StoredValue>();
  readonly #backoff = new Backoff();
  readonly #isJoined = new Event();
  readonly #random = Buffer.alloc(2048);
  #randomAt = this.#random.length;
  #socket: DatagramTransport | null = null;
  #sentCount = 0;

  constructor(options: DhtOptions = {}) {
    this.#options = options;
    this.id = options.id ?? Id.random();
    this.table = new RoutingTable(this.id);
  }

  /** The port on which it listens, while it runs. */
  get port(): number {
    if (this.#socket === null) throw new Error('the node does not run yet');
    return (this.#socket.getExtraInfo('sockname') as InetAddress).port;
  }

  /** The number of values that it keeps. */
  get valueCount(): number {
    return this.#values.size;
  }

  /** How many datagrams it has sent. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /** Waits until the node knows its neighbours. */
  async joined(): Promise<void> {
    await this.#isJoined.wait();
  }

  /** Runs the node until it is cancelled. */
  async run(): Promise<void> {
    const { host = '0.0.0.0', port = 0, bootstrap = [] } = this.#options;
    const loop = getRunningLoop();
    const receive = (data: Buffer, from: InetAddress) => this.#receive(data, from);
    class Receiver extends DatagramProtocol<InetAddress> {
      override datagramReceived(data: Buffer, from: InetAddress): void {
        receive(data, from);
      }
    }
    const [socket] = await loop.createDatagramEndpoint(() => new Receiver(), { localAddr: { host, port } });
    this.#socket = socket;
    try {
      await this.#join(bootstrap);
      for (;;) {
        await sleep(CHECK_SECONDS * (0.5 + Math.random()));
        await this.#seekLost();
        await this.#refresh();
        await this.#republish();
      }
    } finally {
      socket.close();
    }
  }

  /**
   * Stores a value on the nodes that are nearest to its key.
   *
   * @param value - at most 1,024 bytes
   * @returns the number of nodes that have it
   * @throws {RangeError} when the value is too long
   */
  async put(key: string, value: Uint8Array): Promise<number> {
    if (value.length > LONGEST_VALUE) throw new RangeError(`a value has at most ${LONGEST_VALUE} bytes`);
    const now = getRunningLoop().time();
    return this.#storeEverywhere(Id.ofKey(key), {
      value: Buffer.from(value),
      publishedAt: now,
      receivedAt: now,
    });
  }

  /** Finds the value of a key; `null` if no node has one. */
  async get(key: string): Promise<Buffer | null> {
    const target = Id.ofKey(key);
    const own = this.#values.get(String(target));
    if (own !== undefined) return own.value;
    const { found, nearest } = await this.#search(target, 'findValue');
    if (found === null) return null;
    // Caches the value on the nearest node without it, so that later searches are shorter.
    const [lacking] = nearest;
    if (lacking !== undefined) await this.#ask(lacking, { ...found, kind: 'store', target });
    return Buffer.from(found.value);
  }

  async #join(bootstrap: readonly { host: string; port: number }[]): Promise<void> {
    for (const { host, port } of bootstrap)
      await this.#ask(Contact.at(this.id, host, port), { kind: 'ping' });
    await this.#search(this.id, 'findNode');
    // That was the range of the last bucket; now those of the others.
    for (const id of this.table.stale(Number.POSITIVE_INFINITY).slice(0, -1))
      await this.#search(id, 'findNode');
    this.#isJoined.set();
  }

  /** Looks up an id in the range of each bucket for which that was not done in the last hour. */
  async #refresh(): Promise<void> {
    const since = getRunningLoop().time() - REFRESH_SECONDS;
    for (const id of this.table.stale(since)) await this.#search(id, 'findNode');
  }

  /** Asks the nodes that were lost, less and less often, whether they are back. */
  async #seekLost(): Promise<void> {
    const now = getRunningLoop().time();
    this.#backoff.prune(now);
    for (const contact of this.table.lost) {
      if (!this.#backoff.isSilent(contact, now)) await this.#ask(contact, { kind: 'ping' });
    }
  }

  /** Stores values again that no other node has stored here in the last hour, since nodes have joined and left. */
  async #republish(): Promise<void> {
    const now = getRunningLoop().time();
    for (const [name, stored] of [...this.#values]) {
      if (now - stored.publishedAt > EXPIRE_SECONDS) this.#values.delete(name);
      else if (now - stored.receivedAt > REFRESH_SECONDS) {
        stored.receivedAt = now;
        await this.#storeEverywhere(Id.from(Buffer.from(name, 'hex')), stored);
      }
    }
  }

  async #storeEverywhere(target: Id, stored: StoredValue): Promise<number> {
    const { nearest } = await this.#search(target, 'findNode');
    const age = getRunningLoop().time() - stored.publishedAt;
    let count = 0;
    await TaskGroup.run(async (group) => {
      for (const contact of nearest) {
        group.createTask(async () => {
          const request = { kind: 'store', target, age, value: stored.value } as const;
          if ((await this.#ask(contact, request)) !== null) count++;
        });
      }
    });
    return count;
  }

  /**
   * Asks the nearest nodes that it knows for nearer ones, a few at a time, until there is none that was not asked.
   *
   * @returns the value, if that was sought and found, and the nearest nodes that answered without one
   */
  async #search(
    target: Id,
    kind: 'findNode' | 'findValue',
  ): Promise<{ found: (Reply & { kind: 'value' }) | null; nearest: readonly Contact[] }> {
    this.table.noteLookup(target, getRunningLoop().time());
    const shortlist = new Shortlist(target, this.id);
    shortlist.add(this.table.closest(target));
    let found: (Reply & { kind: 'value' }) | null = null;
    await TaskGroup.run(async (group) => {
      for (let searcher = 0; searcher < ALPHA; searcher++) {
        group.createTask(async () => {
          for (let contact = shortlist.next(); contact !== null; contact = shortlist.next()) {
            if (this.#backoff.isSilent(contact, getRunningLoop().time())) {
              shortlist.drop(contact);
              continue;
            }
            const reply = await this.#ask(contact, { kind, target });
            if (reply?.kind === 'nodes') shortlist.add(reply.contacts);
            else shortlist.drop(contact);
            if (reply?.kind === 'value') {
              found = reply;
              group.cancel();
            }
          }
        });
      }
    });
    return { found, nearest: shortlist.nearest };
  }

  /** Sends a request, again if needed. Without an answer it returns `null`, and the node is forgotten. */
  async #ask(contact: Contact, message: Request): Promise<Reply | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const transaction = this.#newTransaction();
      const future = getRunningLoop().createFuture() as AbstractFuture<Reply>;
      this.#pending.set(transaction, { from: contact, future });
      this.#send({ sender: this.id, transaction, message }, contact);
      try {
        const reply = await moveOnAfter(REPLY_SECONDS).run(async () => await future);
        if (reply !== undefined) return reply;
      } finally {
        this.#pending.delete(transaction);
      }
    }
    const failures = this.#backoff.failed(contact, getRunningLoop().time());
    this.table.missed(contact);
    if (failures >= MOST_FAILURES) this.table.forget(contact);
    return null;
  }

  /** A random number, so that no other node can forge an answer. */
  #newTransaction(): bigint {
    if (this.#randomAt === this.#random.length) {
      randomFillSync(this.#random);
      this.#randomAt = 0;
    }
    this.#randomAt += 8;
    return this.#random.readBigUInt64BE(this.#randomAt - 8);
  }

  #send(envelope: Envelope, { host, port }: { host: string; port: number }): void {
    this.#sentCount++;
    this.#socket?.sendto(encode(envelope), { host, port });
  }

  #receive(data: Buffer, from: InetAddress): void {
    const envelope = decode(data);
    if (envelope === null) return;
    const { sender, transaction, message } = envelope;
    const contact = Contact.at(sender, from.host, from.port);
    if (isReply(message)) {
      const pending = this.#pending.get(transaction);
      if (pending?.from.host !== from.host || pending.from.port !== from.port) return;
      this.#backoff.heardFrom(from);
      this.table.saw(contact);
      if (!pending.future.done()) pending.future.setResult(message);
      return;
    }
    this.#backoff.heardFrom(from);
    this.table.saw(contact);
    this.#send({ sender: this.id, transaction, message: this.#answer(message) }, from);
  }

  #answer(request: Request): Reply {
    switch (request.kind) {
      case 'ping':
        return { kind: 'done' };
      case 'store':
        this.#keep(request);
        return { kind: 'done' };
      case 'findNode':
        return { kind: 'nodes', contacts: this.table.closest(request.target) };
      case 'findValue': {
        const stored = this.#values.get(String(request.target));
        if (stored === undefined) return { kind: 'nodes', contacts: this.table.closest(request.target) };
        return { kind: 'value', age: getRunningLoop().time() - stored.publishedAt, value: stored.value };
      }
    }
  }

  #keep({ target, age, value }: Request & { kind: 'store' }): void {
    const name = String(target);
    const now = getRunningLoop().time();
    const known = this.#values.get(name);
    if (known === undefined && this.#values.size >= MOST_VALUES) return;
    const publishedAt = now - age;
    // Ages are whole seconds: a value that was published later replaces this one.
    if (known !== undefined && known.publishedAt > publishedAt + 1) known.receivedAt = now;
    else this.#values.set(name, { value: Buffer.from(value), publishedAt, receivedAt: now });
  }
}
