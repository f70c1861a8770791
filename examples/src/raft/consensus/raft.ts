import { Candidate } from './candidate.js';
import type { Configuration } from './configuration.js';
import type { Entry, Snapshot } from './entry.js';
import { Follower } from './follower.js';
import { Leader } from './leader.js';
import { Log } from './log.js';
import type { Message, MessageOf } from './messages.js';
import type { Role } from './role.js';
import { Rules } from './rules.js';
import type { Settings } from './settings.js';

/** The durable state of a node. */
export interface Durable {
  readonly term: number;
  readonly votedFor: string | null;
  readonly snapshot: Snapshot;
  /** The entries after the snapshot. */
  readonly entries: readonly Entry[];
}

/** Unsaved changes: the vote, and the end of the log after the index `after`. */
export interface Changes {
  readonly term: number;
  readonly votedFor: string | null;
  readonly after: number;
  readonly entries: readonly Entry[];
  /** A new snapshot; `entries` are then all entries after it. */
  readonly snapshot: Snapshot | null;
}

/** The parts of a {@link Raft}. */
export interface RaftParts {
  readonly name: string;
  readonly settings: Settings;
  readonly durable: Durable;
  /** The node's clock, in **seconds**. */
  readonly now: () => number;
  readonly rules?: Rules;
  /** Called when it has won an election. */
  readonly onLead?: (term: number, log: Log) => void;
}

/**
 * The Raft algorithm of one node, without disk and network: it receives messages, and returns the changes to save and
 * the messages to send. The changes must be on disk before the messages are sent.
 */
export class Raft {
  readonly name: string;
  readonly settings: Settings;
  readonly rules: Rules;
  readonly now: () => number;
  readonly log: Log;
  readonly #onLead: RaftParts['onLead'];
  #term: number;
  #votedFor: string | null;
  #role: Role;
  #leaderName: string | null = null;
  #commitIndex: number;
  #outbox: { to: string; message: Message }[] = [];
  #isVoteSaved = true;
  #savedSnapshot: Snapshot;
  /** The time at which it last followed a leader. */
  #followedAt = Number.NEGATIVE_INFINITY;

  constructor({ name, settings, durable, now, rules = new Rules(), onLead }: RaftParts) {
    this.name = name;
    this.settings = settings;
    this.now = now;
    this.rules = rules;
    this.#onLead = onLead;
    this.#term = durable.term;
    this.#votedFor = durable.votedFor;
    this.log = new Log(durable.snapshot, durable.entries);
    this.#savedSnapshot = durable.snapshot;
    this.#commitIndex = durable.snapshot.index;
    // Before a restart it may have promised loyalty to a leader.
    if (settings.leases) this.#followedAt = now();
    this.#role = new Follower(this);
  }

  get term(): number {
    return this.#term;
  }

  /** The index up to which entries are committed. */
  get commitIndex(): number {
    return this.#commitIndex;
  }

  get members(): Configuration {
    return this.log.members;
  }

  /** The name of the leader, or `null`. */
  get leaderName(): string | null {
    return this.#leaderName;
  }

  /** The leader's role, or `null` if this node is not the leader. */
  get leading(): Leader | null {
    return this.#role instanceof Leader ? this.#role : null;
  }

  get isVoter(): boolean {
    return this.name in this.members.voters;
  }

  /** The time of its next deadline. */
  get deadline(): number {
    return this.#role.deadline;
  }

  /** Handles a deadline that has passed. */
  tick(): void {
    if (this.now() >= this.#role.deadline) this.#role.onDeadline();
  }

  receive(from: string, message: Message): void {
    if (message.kind === 'requestVote') {
      this.#considerVote(from, message);
      return;
    }
    if (message.term > this.#term && !isTrialVote(message)) this.follow(message.term);
    if (message.kind === 'append' || message.kind === 'snapshot') {
      if (message.term < this.#term) {
        // The sender learns from this that its term is over.
        this.send(from, { kind: 'appended', term: this.#term, ok: false, index: 0, sentAt: message.sentAt });
        return;
      }
      if (!(this.#role instanceof Follower)) this.follow(this.#term);
      this.#leaderName = from;
      this.#followedAt = this.now();
    } else if (message.term < this.#term) return;
    this.#role.receive(from, message);
  }

  /** The changes to save before messages are sent, or `null`. */
  changes(): Changes | null {
    const { log } = this;
    const isNew = log.snapshot !== this.#savedSnapshot;
    if (this.#isVoteSaved && !isNew && log.savedIndex === log.lastIndex) return null;
    const after = isNew ? log.snapshot.index : log.savedIndex;
    return {
      term: this.#term,
      votedFor: this.#votedFor,
      after,
      entries: log.after(after),
      snapshot: isNew ? log.snapshot : null,
    };
  }

  /** Records that the changes are on disk. */
  noteSaved(): void {
    this.#isVoteSaved = true;
    this.#savedSnapshot = this.log.snapshot;
    this.log.noteSaved();
    this.leading?.commit();
  }

  /** Removes and returns the messages to send. */
  takeMessages(): { to: string; message: Message }[] {
    this.leading?.speak();
    const messages = this.#outbox;
    this.#outbox = [];
    return messages;
  }

  /** Replaces the applied entries by a snapshot. */
  compact(index: number, state: string): void {
    const term = this.log.termAt(index) as number;
    this.log.replaceBy({ index, term, members: this.log.membersAt(index), state });
  }

  // The following methods are for the roles.

  send(to: string, message: Message): void {
    this.#outbox.push({ to, message });
  }

  /** Becomes a follower, in a new term or in this one. */
  follow(term: number): void {
    if (term > this.#term) this.#enter(term, null);
    this.#leaderName = null;
    this.#role = new Follower(this);
  }

  /** Becomes a candidate: first by a trial, then by an election, which begins a term. */
  campaign(isTrial: boolean): void {
    if (!isTrial) this.#enter(this.#term + 1, this.name);
    this.#leaderName = null;
    const candidate = new Candidate(this, isTrial);
    this.#role = candidate;
    candidate.begin();
  }

  lead(): void {
    this.#leaderName = this.name;
    this.#onLead?.(this.#term, this.log);
    this.#role = new Leader(this);
  }

  commitTo(index: number): void {
    this.#commitIndex = Math.max(this.#commitIndex, index);
  }

  #enter(term: number, votedFor: string | null): void {
    this.#term = term;
    this.#votedFor = votedFor;
    this.#isVoteSaved = false;
  }

  #considerVote(from: string, { term, isTrial, lastIndex, lastTerm }: MessageOf<'requestVote'>): void {
    const { rules, log, settings } = this;
    if (this.leading !== null || rules.isLoyal(this.now(), this.#followedAt, settings.electionTimeout)) {
      // An outdated leader learns its term's end from answers to its own messages.
      return;
    }
    if (!isTrial && term > this.#term) this.follow(term);
    const isItsTurn = isTrial
      ? term > this.#term
      : term === this.#term && rules.mayVote(this.#votedFor, from);
    const isGranted = isItsTurn && rules.isUpToDate({ lastIndex, lastTerm }, log);
    if (isGranted && !isTrial) {
      this.#votedFor = from;
      this.#isVoteSaved = false;
      this.#role = new Follower(this);
    }
    this.send(from, { kind: 'vote', term: isGranted ? term : this.#term, isTrial, granted: isGranted });
  }
}

/** Whether a message is a vote in a trial, which has the term that would begin. */
function isTrialVote(message: Message): boolean {
  return message.kind === 'vote' && message.isTrial && message.granted;
}
