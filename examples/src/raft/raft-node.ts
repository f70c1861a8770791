import type { NetLoop } from '@bight/loop-abstract';
import {
  type AbstractFuture,
  DatagramProtocol,
  type DatagramTransport,
  type Future,
  getRunningLoop,
  Queue,
  type StreamReader,
  type StreamWriter,
  startServer,
  TimeoutError,
  timeout,
} from 'bight';
import type { Command, Entry, Message, Reply, Request } from './messages.js';
import type { Durable, Files } from './storage.js';
import { Storage } from './storage.js';

/** Faults that may be planted, to see whether a test finds them. */
export type Bug = 'does not sync' | 'reads alone';

/** How a node is made. */
export interface RaftOptions {
  /** Its own name: a host's name, or an address. */
  readonly name: string;
  /** The addresses of all nodes, by their names. */
  readonly peers: ReadonlyMap<string, { host: string; port: number }>;
  /** The port for clients. */
  readonly clientPort: number;
  readonly files: Files;
  /** After how many **seconds** without a leader a node begins an election, at least; by default 0.15. */
  readonly electionTimeout?: number;
  readonly bugs?: ReadonlySet<Bug>;
  /** Called with each entry that is applied, and its index. */
  readonly onApply?: (index: number, entry: Entry) => void;
  /** Called when the node has won an election, with its term and its log. */
  readonly onLead?: (term: number, log: readonly Entry[]) => void;
}

const ELECTION_SECONDS = 0.15;
const HEARTBEATS_PER_ELECTION = 3;
const MOST_ENTRIES = 32;

/** A message before its sender has put its name on it. */
type Unsigned<M> = M extends Message ? Omit<M, 'from'> : never;

type Waiting = { readonly term: number; readonly future: AbstractFuture<Reply> };
type Event = Message | { kind: 'client'; command: Request; future: AbstractFuture<Reply> };

/**
 * A node of a replicated key-value store, by the Raft algorithm: leaders are elected, and a command counts when a
 * majority of the nodes has it on disk. Everything that happens comes through one inbox, one event after the other.
 */
export class RaftNode {
  readonly #options: RaftOptions;
  readonly #bugs: ReadonlySet<Bug>;
  readonly #electionTimeout: number;
  readonly #storage: Storage;
  readonly #inbox = new Queue<Event>();
  #socket: DatagramTransport | null = null;

  #durable: Durable = { term: 0, votedFor: null, log: [] };
  #role: 'follower' | 'candidate' | 'leader' = 'follower';
  #leader: string | null = null;
  #deadline = 0;
  #votes = new Set<string>();
  #nextIndex = new Map<string, number>();
  #matchIndex = new Map<string, number>();
  #commitIndex = 0;
  #lastApplied = 0;
  readonly #store = new Map<string, string>();
  readonly #waiting = new Map<number, Waiting>();

  constructor(options: RaftOptions) {
    this.#options = options;
    this.#bugs = options.bugs ?? new Set();
    this.#electionTimeout = options.electionTimeout ?? ELECTION_SECONDS;
    this.#storage = new Storage(options.files, !this.#bugs.has('does not sync'));
  }

  /** Runs the node until it is cancelled. */
  async run(): Promise<never> {
    const { name, peers, clientPort } = this.#options;
    this.#durable = await this.#storage.load();
    const loop = getRunningLoop() as unknown as NetLoop;
    const inbox = this.#inbox;
    class Receiver extends DatagramProtocol {
      override datagramReceived(data: Uint8Array): void {
        inbox.putNowait(JSON.parse(Buffer.from(data).toString()) as Message);
      }
    }
    const { port } = peers.get(name) as { port: number };
    const [socket] = await loop.createDatagramEndpoint(() => new Receiver(), {
      localAddr: { host: '0.0.0.0', port },
    });
    this.#socket = socket as DatagramTransport;
    const server = await startServer((reader, writer) => this.#serve(reader, writer), {
      host: '0.0.0.0',
      port: clientPort,
    });
    try {
      this.#waitForLeader();
      for (;;) await this.#step();
    } finally {
      server.close();
      socket.close();
      await this.#storage.close();
    }
  }

  async #step(): Promise<void> {
    const event = await this.#nextEvent();
    if (event === null) {
      if (this.#role === 'leader') this.#replicate();
      else await this.#campaign();
    } else if (event.kind === 'client') {
      await this.#propose(event.command, event.future);
    } else {
      if (event.term > this.#durable.term) await this.#enterTerm(event.term);
      await this.#receive(event);
    }
  }

  /** The next event; `null` when the time for one is over. */
  async #nextEvent(): Promise<Event | null> {
    const left = this.#deadline - getRunningLoop().time();
    try {
      return await timeout(Math.max(0, left)).run(() => this.#inbox.get());
    } catch (error) {
      if (error instanceof TimeoutError) return null;
      throw error;
    }
  }

  async #receive(message: Message): Promise<void> {
    const { term, log } = this.#durable;
    switch (message.kind) {
      case 'requestVote': {
        const isUpToDate =
          message.lastTerm > this.#lastTerm ||
          (message.lastTerm === this.#lastTerm && message.lastIndex >= log.length);
        const { votedFor } = this.#durable;
        const granted =
          message.term === term && isUpToDate && (votedFor === null || votedFor === message.from);
        if (granted) {
          this.#durable.votedFor = message.from;
          await this.#storage.saveVote(this.#durable);
          this.#waitForLeader();
        }
        this.#send(message.from, { kind: 'vote', term, granted });
        return;
      }
      case 'vote':
        if (this.#role !== 'candidate' || message.term !== term || !message.granted) return;
        this.#votes.add(message.from);
        if (this.#isMajority(this.#votes.size)) await this.#lead();
        return;
      case 'append':
        await this.#append(message);
        return;
      case 'appended':
        if (this.#role !== 'leader' || message.term !== term) return;
        if (message.ok) {
          const match = Math.max(this.#matchIndex.get(message.from) ?? 0, message.matchIndex);
          this.#matchIndex.set(message.from, match);
          this.#nextIndex.set(message.from, match + 1);
          this.#commit();
        } else {
          this.#nextIndex.set(message.from, Math.max(1, message.matchIndex + 1));
        }
    }
  }

  /** Takes the entries of a leader. */
  async #append(message: Message & { kind: 'append' }): Promise<void> {
    const { term, log } = this.#durable;
    const { from, previousIndex, previousTerm, entries, commitIndex } = message;
    if (message.term < term) {
      this.#send(from, { kind: 'appended', term, ok: false, matchIndex: log.length });
      return;
    }
    this.#role = 'follower';
    this.#leader = from;
    this.#waitForLeader();
    if (previousIndex > log.length || (log[previousIndex - 1]?.term ?? 0) !== previousTerm) {
      const matchIndex = Math.min(previousIndex - 1, log.length);
      this.#send(from, { kind: 'appended', term, ok: false, matchIndex });
      return;
    }
    // Entries that are there already stay: an old message must not shorten the log.
    const known = entries.findIndex((entry, i) => log[previousIndex + i]?.term !== entry.term);
    if (known !== -1) {
      const after = previousIndex + known;
      log.splice(after, log.length, ...entries.slice(known));
      await this.#storage.saveEntries(after, entries.slice(known));
    }
    const matchIndex = previousIndex + entries.length;
    this.#commitIndex = Math.max(this.#commitIndex, Math.min(commitIndex, matchIndex));
    this.#apply();
    this.#send(from, { kind: 'appended', term, ok: true, matchIndex });
  }

  async #enterTerm(term: number): Promise<void> {
    this.#durable.term = term;
    this.#durable.votedFor = null;
    if (this.#role === 'leader') this.#waitForLeader();
    this.#role = 'follower';
    this.#leader = null;
    for (const { future } of this.#waiting.values())
      answer(future, { ok: false, leader: null, isOpen: true });
    this.#waiting.clear();
    await this.#storage.saveVote(this.#durable);
  }

  async #campaign(): Promise<void> {
    this.#role = 'candidate';
    this.#leader = null;
    this.#durable.term++;
    this.#durable.votedFor = this.#options.name;
    this.#votes = new Set([this.#options.name]);
    await this.#storage.saveVote(this.#durable);
    this.#waitForLeader();
    const { term, log } = this.#durable;
    for (const peer of this.#others()) {
      this.#send(peer, { kind: 'requestVote', term, lastIndex: log.length, lastTerm: this.#lastTerm });
    }
    if (this.#isMajority(1)) await this.#lead();
  }

  async #lead(): Promise<void> {
    const { term, log } = this.#durable;
    this.#role = 'leader';
    this.#leader = this.#options.name;
    this.#options.onLead?.(term, log);
    this.#nextIndex = new Map(this.#others().map((peer) => [peer, log.length + 1]));
    this.#matchIndex = new Map();
    // What earlier leaders have left counts once an entry of this term does.
    const entry: Entry = { term, command: { kind: 'nothing' } };
    log.push(entry);
    await this.#storage.saveEntries(log.length - 1, [entry]);
    this.#replicate();
    this.#commit();
  }

  async #propose(command: Request, future: AbstractFuture<Reply>): Promise<void> {
    const { term, log } = this.#durable;
    if (this.#role !== 'leader') {
      answer(future, { ok: false, leader: this.#leader });
      return;
    }
    if (command.kind === 'get' && this.#bugs.has('reads alone')) {
      answer(future, { ok: true, value: this.#store.get(command.key) ?? null });
      return;
    }
    const entry: Entry = { term, command };
    log.push(entry);
    this.#waiting.set(log.length, { term, future });
    await this.#storage.saveEntries(log.length - 1, [entry]);
    this.#replicate();
    this.#commit();
  }

  /** Sends each other node what it lacks, which is a heartbeat when it lacks nothing. */
  #replicate(): void {
    this.#deadline = getRunningLoop().time() + this.#electionTimeout / HEARTBEATS_PER_ELECTION;
    const { term, log } = this.#durable;
    for (const peer of this.#others()) {
      const next = this.#nextIndex.get(peer) ?? log.length + 1;
      this.#send(peer, {
        kind: 'append',
        term,
        previousIndex: next - 1,
        previousTerm: log[next - 2]?.term ?? 0,
        entries: log.slice(next - 1, next - 1 + MOST_ENTRIES),
        commitIndex: this.#commitIndex,
      });
    }
  }

  /** What a majority has counts, if it is of this term: an older entry might still be replaced. */
  #commit(): void {
    const { term, log } = this.#durable;
    for (let index = log.length; index > this.#commitIndex; index--) {
      if (log[index - 1]?.term !== term) break;
      const having = this.#others().filter((peer) => (this.#matchIndex.get(peer) ?? 0) >= index).length;
      if (!this.#isMajority(having + 1)) continue;
      this.#commitIndex = index;
      this.#apply();
      break;
    }
  }

  #apply(): void {
    while (this.#lastApplied < this.#commitIndex) {
      const index = ++this.#lastApplied;
      const entry = this.#durable.log[index - 1] as Entry;
      this.#options.onApply?.(index, entry);
      const value = this.#execute(entry.command);
      const waiting = this.#waiting.get(index);
      this.#waiting.delete(index);
      if (waiting === undefined) continue;
      if (waiting.term === entry.term) answer(waiting.future, { ok: true, value });
      else answer(waiting.future, { ok: false, leader: null });
    }
  }

  #execute(command: Command): string | null {
    if (command.kind === 'nothing') return null;
    if (command.kind === 'put') this.#store.set(command.key, command.value);
    return this.#store.get(command.key) ?? null;
  }

  /** Answers the requests of one client, a line each. */
  async #serve(reader: StreamReader, writer: StreamWriter): Promise<void> {
    const loop = getRunningLoop();
    try {
      for (let line = await reader.readline(); line.length > 0; line = await reader.readline()) {
        const future: Future<Reply> = loop.createFuture<Reply>() as Future<Reply>;
        this.#inbox.putNowait({ kind: 'client', command: JSON.parse(String(line)) as Request, future });
        writer.write(Buffer.from(`${JSON.stringify(await future)}\n`));
        await writer.drain();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ERR_CANCELLED') throw error;
      // The client has gone.
    } finally {
      writer.close();
    }
  }

  #send(peer: string, message: Unsigned<Message>): void {
    const { host, port } = this.#options.peers.get(peer) as { host: string; port: number };
    const text = JSON.stringify({ ...message, from: this.#options.name });
    this.#socket?.sendto(Buffer.from(text), { host, port });
  }

  #waitForLeader(): void {
    this.#deadline = getRunningLoop().time() + this.#electionTimeout * (1 + Math.random());
  }

  #others(): string[] {
    return [...this.#options.peers.keys()].filter((peer) => peer !== this.#options.name);
  }

  #isMajority(count: number): boolean {
    return count * 2 > this.#options.peers.size;
  }

  get #lastTerm(): number {
    return this.#durable.log.at(-1)?.term ?? 0;
  }
}

function answer(future: AbstractFuture<Reply>, reply: Reply): void {
  if (!future.done()) future.setResult(reply);
}
