import { IncomingSnapshot } from './incoming-snapshot.js';
import type { Message, MessageOf } from './messages.js';
import type { Raft } from './raft.js';
import type { Role } from './role.js';

/** Accepts a leader's messages; begins an election after a long silence. */
export class Follower implements Role {
  readonly #raft: Raft;
  #deadline = 0;
  #incoming: IncomingSnapshot | null = null;

  constructor(raft: Raft) {
    this.#raft = raft;
    this.#wait();
  }

  get deadline(): number {
    return this.#deadline;
  }

  onDeadline(): void {
    // A node that is not a voter waits for a leader.
    if (this.#raft.isVoter) this.#raft.campaign(true);
    else this.#wait();
  }

  receive(from: string, message: Message): void {
    if (message.kind === 'append') this.#append(from, message);
    else if (message.kind === 'snapshot') this.#takeSnapshot(from, message);
    else return;
    this.#wait();
  }

  #append(from: string, message: MessageOf<'append'>): void {
    const { log } = this.#raft;
    const { sentAt } = message;
    const equalIndex = this.#lastEqual(message);
    if (equalIndex < message.previousIndex) {
      this.#answer(from, false, equalIndex, sentAt);
      return;
    }
    const end = message.previousIndex + message.entries.length;
    const entries = message.entries.slice(equalIndex - message.previousIndex);
    // Keeps existing entries: an old message must not shorten the log.
    const news = entries.findIndex((entry, i) => log.termAt(equalIndex + i + 1) !== entry.term);
    if (news !== -1) this.#replaceAfter(equalIndex + news, entries.slice(news));
    this.#raft.commitTo(Math.min(message.commitIndex, end));
    this.#answer(from, true, end, sentAt);
  }

  /** The index after which the entries fit; or, if it is smaller, the index that the leader should try next. */
  #lastEqual({ previousIndex, previousTerm }: MessageOf<'append'>): number {
    const { log } = this.#raft;
    // Entries in the snapshot are committed, and the same everywhere.
    if (previousIndex <= log.snapshot.index) return log.snapshot.index;
    if (previousIndex > log.lastIndex) return log.lastIndex;
    const term = log.termAt(previousIndex);
    if (term === previousTerm) return previousIndex;
    // Entries of that term are unlikely to be equal, so the leader skips the term.
    let index = previousIndex - 1;
    while (index > log.snapshot.index && log.termAt(index) === term) index--;
    return index;
  }

  #replaceAfter(index: number, entries: MessageOf<'append'>['entries']): void {
    if (index < this.#raft.commitIndex) {
      throw new Error(`entry ${index + 1} counts on ${this.#raft.name}, and another one came for its place`);
    }
    this.#raft.log.replaceAfter(index, entries);
  }

  #takeSnapshot(from: string, message: MessageOf<'snapshot'>): void {
    const { term, index, sentAt } = message;
    if (index <= this.#raft.commitIndex) {
      this.#answer(from, true, index, sentAt);
      return;
    }
    if (this.#incoming?.index !== index) this.#incoming = new IncomingSnapshot(index);
    const snapshot = this.#incoming.add(message);
    if (snapshot === null) {
      this.#raft.send(from, { kind: 'received', term, index, offset: this.#incoming.length, sentAt });
      return;
    }
    this.#incoming = null;
    this.#raft.log.replaceBy(snapshot);
    this.#raft.commitTo(index);
    this.#answer(from, true, index, sentAt);
  }

  #answer(from: string, ok: boolean, index: number, sentAt: number): void {
    this.#raft.send(from, { kind: 'appended', term: this.#raft.term, ok, index, sentAt });
  }

  #wait(): void {
    this.#deadline = this.#raft.now() + this.#raft.settings.electionTimeout * (1 + Math.random());
  }
}
