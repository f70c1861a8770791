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

/** What a node must not forget. */
export interface Durable {
  readonly term: number;
  readonly votedFor: string | null;
  readonly snapshot: Snapshot;
  /** The entries behind the snapshot. */
  readonly entries: readonly Entry[];
}

/** What has to be brought to the disk: the whole vote, and the end of the log behind `after`. */
export interface Changes {
  readonly term: number;
  readonly votedFor: string | null;
  readonly after: number;
  readonly entries: readonly Entry[];
  /** A new snapshot; then `entries` are all that are behind it. */
  readonly snapshot: Snapshot | null;
}

/** What a {@link Raft} is made of. */
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
 * The Raft algorithm of one node, without disk and network: it takes messages, and says what has to be saved and sent.
 * What it says in a message must be on the disk before the message leaves.
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
  /** When it followed a leader last. */
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
    // Before it was started, it may have promised to be loyal.
    if (settings.leases) this.#followedAt = now();
    this.#role = new Follower(this);
  }

  get term(): number {
    return this.#term;
  }

  /** The entries up to there count, for ever. */
  get commitIndex(): number {
    return this.#commitIndex;
  }

  get members(): Configuration {
    return this.log.members;
  }

  /** The name of the leader, if it is known. */
  get leaderName(): string | null {
    return this.#leaderName;
  }

  /** What this node is as a leader; `null` while it is none. */
  get leading(): Leader | null {
    return this.#role instanceof Leader ? this.#role : null;
  }

  get isVoter(): boolean {
    return this.name in this.members.voters;
  }

  /** When it wants to look at its clock again. */
  get deadline(): number {
    return this.#role.deadline;
  }

  /** Does what is due by its clock. */
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
        // It learns from this that its term is over.
        this.send(from, { kind: 'appended', term: this.#term, ok: false, index: 0, sentAt: message.sentAt });
        return;
      }
      if (!(this.#role instanceof Follower)) this.follow(this.#term);
      this.#leaderName = from;
      this.#followedAt = this.now();
    } else if (message.term < this.#term) return;
    this.#role.receive(from, message);
  }

  /** What has to be saved before anything is sent; `null` if there is nothing. */
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

  /** The changes are on the disk. */
  noteSaved(): void {
    this.#isVoteSaved = true;
    this.#savedSnapshot = this.log.snapshot;
    this.log.noteSaved();
    this.leading?.commit();
  }

  /** Takes the messages that have to be sent. */
  takeMessages(): { to: string; message: Message }[] {
    this.leading?.speak();
    const messages = this.#outbox;
    this.#outbox = [];
    return messages;
  }

  /** Replaces the entries that were applied by what they have led to. */
  compact(index: number, state: string): void {
    const term = this.log.termAt(index) as number;
    this.log.replaceBy({ index, term, members: this.log.membersAt(index), state });
  }

  // What follows is for the roles.

  send(to: string, message: Message): void {
    this.#outbox.push({ to, message });
  }

  /** Becomes a follower, in a new term or in this one. */
  follow(term: number): void {
    if (term > this.#term) this.#enter(term, null);
    this.#leaderName = null;
    this.#role = new Follower(this);
  }

  /** Asks for votes: first whether it could win, and then for real, which begins a term. */
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
      // A leader that is behind learns from the answers to its own messages.
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

/** The answer to a trial has the term that would begin. */
function isTrialVote(message: Message): boolean {
  return message.kind === 'vote' && message.isTrial && message.granted;
}
