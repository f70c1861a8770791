import { openConnection, type StreamReader, type StreamWriter, sleep, timeout } from 'bight';
import { parseAddress } from '../command-line/parse-address.js';
import type { Configuration, Member } from './consensus/configuration.js';
import type { Reply, Request } from './node/requests.js';
import type { Change } from './store/commands.js';
import { isLoss } from './transport/loss.js';

/** The cluster refuses a request; trying again would not help. */
export class RefusedError extends Error {}

const PAUSE_SECONDS = 0.05;

/**
 * A client of the store. It finds the leader, and retries until it has an answer; a caller can set a time-out. Each
 * change takes effect once, however often it is sent.
 */
export class RaftClient {
  readonly #addresses: readonly string[];
  #next: number;
  #leader: string | null = null;
  #connection: { reader: StreamReader; writer: StreamWriter } | null = null;
  #session: number | null = null;
  #sequence = 0;

  readonly #patience: number;

  /**
   * @param addresses - of some nodes, for clients
   * @param patience - the **seconds** without an answer after which it asks another node
   */
  constructor(addresses: readonly string[], patience = 1) {
    this.#addresses = addresses;
    this.#patience = patience;
    this.#next = Math.floor(Math.random() * addresses.length);
  }

  async get(key: string): Promise<string | null> {
    return this.#ask({ kind: 'get', key });
  }

  /** @returns the new value */
  async put(key: string, value: string): Promise<string | null> {
    return this.#change('put', key, value);
  }

  /** Appends to a value. @returns the new value */
  async append(key: string, value: string): Promise<string | null> {
    return this.#change('append', key, value);
  }

  async delete(key: string): Promise<void> {
    await this.#change('delete', key, '');
  }

  async members(): Promise<Configuration> {
    return JSON.parse((await this.#ask({ kind: 'members' })) as string) as Configuration;
  }

  /** Adds a node, which becomes a voter when it has caught up. */
  async add(name: string, member: Member): Promise<void> {
    await this.#ask({ kind: 'add', name, member });
  }

  async remove(name: string): Promise<void> {
    await this.#ask({ kind: 'remove', name });
  }

  close(): void {
    this.#connection?.writer.close();
    this.#connection = null;
  }

  async #change(kind: Change['kind'], key: string, value: string): Promise<string | null> {
    this.#session ??= Number(await this.#ask({ kind: 'open' }));
    return this.#ask({ kind, session: this.#session, sequence: ++this.#sequence, key, value });
  }

  async #ask(request: Request): Promise<string | null> {
    for (;;) {
      const reply = await this.#askOnce(request);
      if (reply?.ok) return reply.value;
      if (reply?.reason === 'refused') throw new RefusedError(reply.message);
      if (reply?.reason === 'not leading') this.close();
      const leader = reply?.reason === 'not leading' ? reply.leader : null;
      // Two nodes may each name the other as the leader.
      if (leader === null || leader === this.#leader) await sleep(PAUSE_SECONDS * (0.5 + Math.random()));
      if (reply?.reason !== 'again') this.#leader = leader;
    }
  }

  /** @returns `null` when no answer came */
  async #askOnce(request: Request): Promise<Reply | null> {
    try {
      return await timeout(this.#patience).run(async () => {
        const { reader, writer } = await this.#connect();
        writer.write(Buffer.from(`${JSON.stringify(request)}\n`));
        return JSON.parse((await reader.readuntil()).toString()) as Reply;
      });
    } catch (error) {
      this.close();
      if (!isLoss(error)) throw error;
      return null;
    }
  }

  async #connect(): Promise<{ reader: StreamReader; writer: StreamWriter }> {
    if (this.#connection === null) {
      const address = this.#leader ?? (this.#addresses[this.#next++ % this.#addresses.length] as string);
      const [reader, writer] = await openConnection(parseAddress(address));
      this.#connection = { reader, writer };
    }
    return this.#connection;
  }
}
