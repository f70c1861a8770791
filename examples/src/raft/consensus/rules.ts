/**
 * The rules on which Raft's safety depends. The simulation breaks one rule after the other, to prove that each is
 * needed, and that its loss is found.
 */
export class Rules {
  /** A node has one vote in a term. */
  mayVote(votedFor: string | null, candidate: string): boolean {
    return votedFor === null || votedFor === candidate;
  }

  /** A leader must have every committed entry: a voter must have no entry that the candidate lacks. */
  isUpToDate(candidate: LogEnd, own: LogEnd): boolean {
    if (candidate.lastTerm !== own.lastTerm) return candidate.lastTerm > own.lastTerm;
    return candidate.lastIndex >= own.lastIndex;
  }

  /** Copies alone do not commit an entry of an earlier term: a later leader might still replace it. */
  mayCommit(entryTerm: number, term: number): boolean {
    return entryTerm === term;
  }

  /** A leader answers a read if a majority has followed it since, or has recently promised to follow it. */
  mayRead(read: { askedAt: number; now: number; followedAt: number; lease: number }): boolean {
    return read.followedAt >= read.askedAt || read.now < read.followedAt + read.lease;
  }

  /** A leader that no majority follows may have been replaced, and steps down. */
  isFollowed(now: number, followedAt: number, electionTimeout: number): boolean {
    return now <= followedAt + electionTimeout;
  }

  /** The promise of loyalty: a node that has a leader, or had one recently, votes for no other node. */
  isLoyal(now: number, followedAt: number, electionTimeout: number): boolean {
    return now < followedAt + electionTimeout;
  }

  /** Members change one at a time, when the leader knows that the last change is committed. */
  mayChangeMembers(leader: { commitIndex: number; membersIndex: number; firstIndex: number }): boolean {
    return leader.commitIndex >= leader.membersIndex && leader.commitIndex >= leader.firstIndex;
  }
}

/** The end of a log. */
export interface LogEnd {
  readonly lastIndex: number;
  readonly lastTerm: number;
}
