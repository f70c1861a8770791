import type { Message } from './messages.js';
import type { Raft } from './raft.js';
import type { Role } from './role.js';

/**
 * Collects votes. A trial (pre-vote) comes before the election. Without it, a node that was cut off and could not win
 * would come back with a higher term, which makes the leader step down.
 */
export class Candidate implements Role {
  readonly deadline: number;
  readonly #raft: Raft;
  readonly #isTrial: boolean;
  readonly #term: number;
  readonly #votes = new Set<string>();

  constructor(raft: Raft, isTrial: boolean) {
    this.#raft = raft;
    this.#isTrial = isTrial;
    this.#term = isTrial ? raft.term + 1 : raft.term;
    this.deadline = raft.now() + raft.settings.electionTimeout * (1 + Math.random());
  }

  /** Votes for itself, and asks the other voters. */
  begin(): void {
    const { lastIndex, lastTerm } = this.#raft.log;
    for (const name of Object.keys(this.#raft.members.voters)) {
      if (name === this.#raft.name) continue;
      const [term, isTrial] = [this.#term, this.#isTrial];
      this.#raft.send(name, { kind: 'requestVote', term, isTrial, lastIndex, lastTerm });
    }
    this.#count(this.#raft.name);
  }

  onDeadline(): void {
    // Two candidates may have split the votes; each waits for another random time.
    this.#raft.campaign(true);
  }

  receive(from: string, message: Message): void {
    if (message.kind !== 'vote' || message.isTrial !== this.#isTrial) return;
    if (message.granted && message.term === this.#term) this.#count(from);
  }

  #count(name: string): void {
    const { voters } = this.#raft.members;
    if (!(name in voters)) return;
    this.#votes.add(name);
    if (this.#votes.size * 2 <= Object.keys(voters).length) return;
    if (this.#isTrial) this.#raft.campaign(false);
    else this.#raft.lead();
  }
}
