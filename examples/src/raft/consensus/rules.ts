/**
 * What the safety of Raft hangs on, each rule by itself. The simulation breaks one rule after the other, to see that
 * each is needed and that its loss is noticed.
 */
export class Rules {
  /** A node has one vote in a term. */
  mayVote(votedFor: string | null, candidate: string): boolean {
    return votedFor === null || votedFor === candidate;
  }

  /** A leader must have everything that counts: who votes for it has nothing that it lacks. */
  isUpToDate(candidate: LogEnd, own: LogEnd): boolean {
    if (candidate.lastTerm !== own.lastTerm) return candidate.lastTerm > own.lastTerm;
    return candidate.lastIndex >= own.lastIndex;
  }

  /** Copies alone do not make an entry of an earlier term count: a later leader might still replace it. */
  mayCommit(entryTerm: number, term: number): boolean {
    return entryTerm === term;
  }

  /** A leader answers a read when a majority has followed it since, or did so lately and has promised to go on. */
  mayRead(read: { askedAt: number; now: number; followedAt: number; lease: number }): boolean {
    return read.followedAt >= read.askedAt || read.now < read.followedAt + read.lease;
  }

  /** A leader that no majority follows any more may have been replaced. */
  isFollowed(now: number, followedAt: number, electionTimeout: number): boolean {
    return now <= followedAt + electionTimeout;
  }

  /** The promise: who has a leader, or had one lately, helps no other to become one. */
  isLoyal(now: number, followedAt: number, electionTimeout: number): boolean {
    return now < followedAt + electionTimeout;
  }

  /** Members change one at a time, once a leader knows that the change before counts. */
  mayChangeMembers(leader: { commitIndex: number; membersIndex: number; firstIndex: number }): boolean {
    return leader.commitIndex >= leader.membersIndex && leader.commitIndex >= leader.firstIndex;
  }
}

/** The end of a log. */
export interface LogEnd {
  readonly lastIndex: number;
  readonly lastTerm: number;
}
