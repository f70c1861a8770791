import { type Configuration, reachedByMajority, withVoter } from './configuration.js';
import type { Entry } from './entry.js';
import type { Message, MessageOf } from './messages.js';
import { OutgoingSnapshot } from './outgoing-snapshot.js';
import type { Progress } from './progress.js';
import type { Raft } from './raft.js';
import type { Role } from './role.js';
import { HEARTBEATS_PER_ELECTION, LEASE_SHARE } from './settings.js';

/** Replicates its log, and commits the entries that a majority has. */
export class Leader implements Role {
  readonly #raft: Raft;
  readonly #progress = new Map<string, Progress>();
  readonly #since: number;
  /** Its first entry: when that is committed, so are all entries of earlier leaders before it. */
  readonly #firstIndex: number;
  #deadline = 0;
  #hasNews = true;

  constructor(raft: Raft) {
    this.#raft = raft;
    this.#since = raft.now();
    raft.log.append({ term: raft.term, kind: 'nothing' });
    this.#firstIndex = raft.log.lastIndex;
  }

  get deadline(): number {
    return this.#deadline;
  }

  onDeadline(): void {
    const { rules, now, settings, term } = this.#raft;
    const followedAt = Math.max(this.#since, this.#followedAt());
    if (rules.isFollowed(now(), followedAt, settings.electionTimeout)) this.#hasNews = true;
    else this.#raft.follow(term);
  }

  /** Adds an entry to the log. @returns its index */
  propose(entry: Entry): number {
    this.#raft.log.append(entry);
    this.#hasNews = true;
    return this.#raft.log.lastIndex;
  }

  /** Changes the members, if that is allowed now. @returns the index of the change, or `null` */
  changeMembers(members: Configuration): number | null {
    const { rules, commitIndex, log, term } = this.#raft;
    const state = { commitIndex, membersIndex: log.membersIndex, firstIndex: this.#firstIndex };
    if (!rules.mayChangeMembers(state)) return null;
    return this.propose({ term, kind: 'members', members });
  }

  /** Begins a read. @returns its time, for {@link mayRead} */
  beginRead(): number {
    const askedAt = this.#raft.now();
    if (!this.mayRead(askedAt)) this.#hasNews = true;
    return askedAt;
  }

  /** Whether a read that began at a time is allowed now. */
  mayRead(askedAt: number): boolean {
    const { rules, settings, now, commitIndex } = this.#raft;
    // Until then the leader does not know which entries earlier leaders committed.
    if (commitIndex < this.#firstIndex) return false;
    const lease = settings.leases ? settings.electionTimeout * LEASE_SHARE : 0;
    return rules.mayRead({ askedAt, now: now(), followedAt: this.#followedAt(), lease });
  }

  receive(from: string, message: Message): void {
    if (message.kind !== 'appended' && message.kind !== 'received') return;
    const progress = this.#progress.get(from);
    if (progress === undefined) return;
    progress.followedAt = Math.max(progress.followedAt, message.sentAt);
    if (message.kind === 'received') this.#noteReceived(from, progress, message);
    else if (message.ok) this.#noteAppended(from, progress, message.index);
    else {
      progress.next = Math.max(progress.match + 1, Math.min(progress.next, message.index + 1));
      this.#sendTo(from, progress);
    }
  }

  /** Commits the entries that a majority has on disk. */
  commit(): void {
    this.#advance();
    if (this.#raft.leading === this) this.#promote();
  }

  /** Sends new entries to the other nodes, or a heartbeat to those that have them all. */
  speak(): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    this.#deadline = this.#raft.now() + this.#raft.settings.electionTimeout / HEARTBEATS_PER_ELECTION;
    const { voters, learners } = this.#raft.members;
    for (const name of Object.keys({ ...voters, ...learners })) {
      if (name !== this.#raft.name) this.#sendTo(name, this.#progressOf(name));
    }
  }

  #advance(): void {
    const { log, members, rules, term } = this.#raft;
    const index = reachedByMajority(members, (name) =>
      name === this.#raft.name ? log.savedIndex : (this.#progress.get(name)?.match ?? 0),
    );
    if (index <= this.#raft.commitIndex || !rules.mayCommit(log.termAt(index) as number, term)) return;
    this.#raft.commitTo(index);
    // It leads until its own removal is committed.
    if (!this.#raft.isVoter && index >= log.membersIndex) this.#raft.follow(term);
  }

  #noteAppended(from: string, progress: Progress, index: number): void {
    progress.match = Math.max(progress.match, index);
    progress.next = Math.max(progress.next, progress.match + 1);
    if (progress.snapshot !== null && progress.match >= progress.snapshot.index) progress.snapshot = null;
    this.commit();
    if (this.#raft.leading === this && progress.next <= this.#raft.log.lastIndex)
      this.#sendTo(from, progress);
  }

  #noteReceived(from: string, progress: Progress, { index, offset }: MessageOf<'received'>): void {
    if (progress.snapshot?.index === index && progress.snapshot.hasArrived(offset)) {
      this.#sendTo(from, progress);
    }
  }

  /** Makes a learner that has all committed entries a voter. */
  #promote(): void {
    const { members, commitIndex } = this.#raft;
    for (const [name, member] of Object.entries(members.learners)) {
      if ((this.#progress.get(name)?.match ?? 0) < commitIndex) continue;
      if (this.changeMembers(withVoter(members, name, member)) !== null) return;
    }
  }

  #sendTo(name: string, progress: Progress): void {
    const { log, settings, term, commitIndex } = this.#raft;
    const sentAt = this.#raft.now();
    if (progress.snapshot === null && progress.next <= log.snapshot.index) {
      progress.snapshot = new OutgoingSnapshot(log.snapshot, settings.pieceBytes);
      progress.next = log.snapshot.index + 1;
    }
    if (progress.snapshot !== null) {
      this.#raft.send(name, { kind: 'snapshot', term, ...progress.snapshot.piece(), sentAt });
      return;
    }
    const previousIndex = progress.next - 1;
    const previousTerm = log.termAt(previousIndex) as number;
    const entries = log.after(previousIndex, settings.mostEntries);
    progress.next += entries.length;
    this.#raft.send(name, {
      kind: 'append',
      term,
      previousIndex,
      previousTerm,
      entries,
      commitIndex,
      sentAt,
    });
  }

  #progressOf(name: string): Progress {
    let progress = this.#progress.get(name);
    if (progress === undefined) {
      const next = this.#firstIndex;
      progress = { match: 0, next, followedAt: Number.NEGATIVE_INFINITY, snapshot: null };
      this.#progress.set(name, progress);
    }
    return progress;
  }

  /** The time at which a majority last followed it. */
  #followedAt(): number {
    return reachedByMajority(this.#raft.members, (name) => {
      if (name === this.#raft.name) return this.#raft.now();
      return this.#progress.get(name)?.followedAt ?? Number.NEGATIVE_INFINITY;
    });
  }
}
