import { type AbstractFuture, getRunningLoop, Queue, TaskGroup, TimeoutError, timeout } from 'bight';
import {
  type Configuration,
  type Member,
  memberOf,
  withLearner,
  without,
} from '../consensus/configuration.js';
import type { Entry } from '../consensus/entry.js';
import type { Leader } from '../consensus/leader.js';
import type { Log } from '../consensus/log.js';
import { Raft } from '../consensus/raft.js';
import type { Rules } from '../consensus/rules.js';
import { DEFAULT_SETTINGS, type Settings } from '../consensus/settings.js';
import type { Files } from '../storage/files.js';
import { Storage } from '../storage/storage.js';
import { KeyValueStore } from '../store/key-value-store.js';
import { decode, encode } from '../transport/envelope.js';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { answer, PendingRequests } from './pending-requests.js';
import type { Reply, Request } from './requests.js';
import { serveClients } from './serve-clients.js';

/** The options of a node. */
export interface NodeOptions {
  readonly name: string;
  /** Its addresses. */
  readonly self: Member;
  /** The members of a new cluster; none for a node that will be added. */
  readonly members: Configuration;
  readonly files: Files;
  readonly openTransport: OpenTransport;
  readonly settings?: Partial<Settings>;
  readonly rules?: Rules;
  readonly createStorage?: (files: Files) => Storage;
  /** Called when it listens. */
  readonly onReady?: () => void;
  /** Called with each applied entry and its index. */
  readonly onApply?: (index: number, entry: Entry) => void;
  /** Called when the node votes. */
  readonly onVote?: (term: number, candidate: string) => void;
  /** Called when the node has won an election. */
  readonly onLead?: (term: number, log: Log) => void;
}

interface ClientEvent {
  readonly request: Request;
  readonly future: AbstractFuture<Reply>;
}

const MOST_WAITING = 1000;
const MOST_TOGETHER = 64;

/**
 * A node of the replicated store: it gives the Raft algorithm a disk, a network and a clock. It works step by step:
 * receives, saves, sends, applies, answers.
 */
export class RaftNode {
  readonly #options: NodeOptions;
  readonly #settings: Settings;
  readonly #storage: Storage;
  readonly #store = new KeyValueStore();
  readonly #inbox = new Queue<Buffer | ClientEvent>({ maxsize: MOST_WAITING });
  readonly #pending = new PendingRequests();
  /** The addresses of senders, by their names. */
  readonly #addresses = new Map<string, string>();
  #appliedIndex = 0;
  #leading: Leader | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#storage = options.createStorage?.(options.files) ?? new Storage(options.files);
  }

  /** Runs the node until it is cancelled. */
  async run(): Promise<void> {
    const { name, self, members, rules, onLead, openTransport } = this.#options;
    const loop = getRunningLoop();
    const durable = await this.#storage.load(members);
    const raft = new Raft({ name, settings: this.#settings, durable, now: () => loop.time(), rules, onLead });
    this.#applyTo(raft);
    await TaskGroup.run(async (group) => {
      const transport = await openTransport(group, self.peers, (bytes) => {
        if (!this.#inbox.full()) this.#inbox.putNowait(bytes);
      });
      const server = await serveClients(self.clients, (request) => this.#respond(request));
      try {
        this.#options.onReady?.();
        for (;;) await this.#step(raft, transport);
      } finally {
        server.close();
        transport.close();
        await this.#storage.close();
      }
    });
  }

  async #respond(request: Request): Promise<Reply> {
    const future = getRunningLoop().createFuture() as AbstractFuture<Reply>;
    await this.#inbox.put({ request, future });
    return await future;
  }

  async #step(raft: Raft, transport: Transport): Promise<void> {
    let event = await this.#nextEvent(raft.deadline);
    for (let count = 0; event !== null && count < MOST_TOGETHER; count++) {
      if ('request' in event) this.#request(raft, event);
      else this.#receive(raft, event);
      event = this.#inbox.empty() ? null : this.#inbox.getNowait();
    }
    raft.tick();
    await this.#save(raft);
    for (const { to, message } of raft.takeMessages()) {
      if (message.kind === 'vote' && message.granted && !message.isTrial) {
        this.#options.onVote?.(message.term, to);
      }
      const address = memberOf(raft.members, to)?.peers ?? this.#addresses.get(to);
      const { name, self } = this.#options;
      if (address !== undefined)
        transport.send(address, encode({ from: name, address: self.peers, message }));
    }
    this.#applyTo(raft);
    if (raft.log.length > this.#settings.snapshotEvery) {
      raft.compact(this.#appliedIndex, this.#store.save());
      await this.#save(raft);
    }
    this.#pending.answerReads((askedAt) => raft.leading?.mayRead(askedAt) ?? false);
  }

  /** The next event, or `null` at the deadline. */
  async #nextEvent(deadline: number): Promise<Buffer | ClientEvent | null> {
    if (!this.#inbox.empty()) return this.#inbox.getNowait();
    const left = Math.max(0, deadline - getRunningLoop().time());
    try {
      return await timeout(left).run(() => this.#inbox.get());
    } catch (error) {
      if (error instanceof TimeoutError) return null;
      throw error;
    }
  }

  #receive(raft: Raft, bytes: Buffer): void {
    const envelope = decode(bytes);
    if (envelope === null) return;
    this.#addresses.set(envelope.from, envelope.address);
    raft.receive(envelope.from, envelope.message);
  }

  async #save(raft: Raft): Promise<void> {
    for (let changes = raft.changes(); changes !== null; changes = raft.changes()) {
      await this.#storage.save(changes);
      raft.noteSaved();
    }
    this.#noteLeading(raft);
  }

  /** Ends the pending requests when the node stops leading. */
  #noteLeading({ leading }: Raft): void {
    if (leading !== this.#leading) this.#pending.giveUp();
    this.#leading = leading;
  }

  /** Applies committed entries that were not applied yet. */
  #applyTo(raft: Raft): void {
    const { snapshot } = raft.log;
    if (snapshot.index > this.#appliedIndex) {
      this.#store.restore(snapshot.state);
      this.#appliedIndex = snapshot.index;
    }
    while (this.#appliedIndex < raft.commitIndex) {
      const index = ++this.#appliedIndex;
      const entry = raft.log.entry(index);
      this.#options.onApply?.(index, entry);
      const done: Reply = { ok: true, value: null };
      this.#pending.answerChange(
        index,
        entry.kind === 'command' ? this.#store.apply(index, entry.command) : done,
      );
    }
  }

  #request(raft: Raft, { request, future }: ClientEvent): void {
    const { leading, members, term } = raft;
    if (leading === null) {
      const leader = raft.leaderName === null ? undefined : memberOf(members, raft.leaderName);
      answer(future, { ok: false, reason: 'not leading', leader: leader?.clients ?? null });
      return;
    }
    this.#noteLeading(raft);
    const read = (value: () => string | null) =>
      this.#pending.addRead(leading.beginRead(), () => ({ ok: true, value: value() }), future);
    const change = (index: number | null) => {
      if (index === null) answer(future, { ok: false, reason: 'again' });
      else this.#pending.addChange(index, future);
    };
    switch (request.kind) {
      case 'get':
        read(() => this.#store.get(request.key));
        break;
      case 'members':
        read(() => JSON.stringify(raft.members));
        break;
      case 'add':
        if (memberOf(members, request.name) !== undefined) read(() => null);
        else change(leading.changeMembers(withLearner(members, request.name, request.member)));
        break;
      case 'remove': {
        const left = without(members, request.name);
        if (memberOf(members, request.name) === undefined) read(() => null);
        else if (Object.keys(left.voters).length > 0) change(leading.changeMembers(left));
        else answer(future, { ok: false, reason: 'refused', message: 'the last voter stays' });
        break;
      }
      default:
        change(leading.propose({ term, kind: 'command', command: request }));
    }
  }
}
