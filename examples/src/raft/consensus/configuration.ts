/** The addresses of a node, `HOST:PORT`: for the other nodes, and for clients. */
export interface Member {
  readonly peers: string;
  readonly clients: string;
}

/** The members of a cluster, by their names. */
export interface Configuration {
  /** The voters: they elect leaders, and entries on a majority of them are committed. */
  readonly voters: Readonly<Record<string, Member>>;
  /** The learners: they receive the log until they have caught up, and then become voters. */
  readonly learners: Readonly<Record<string, Member>>;
}

/** The configuration of a node that waits to be added to a cluster. */
export const NO_MEMBERS: Configuration = { voters: {}, learners: {} };

/** The highest number that a majority of the voters has reached. */
export function reachedByMajority({ voters }: Configuration, numberOf: (name: string) => number): number {
  const numbers = Object.keys(voters)
    .map(numberOf)
    .sort((one, other) => other - one);
  return numbers[Math.floor(numbers.length / 2)] ?? Number.NEGATIVE_INFINITY;
}

/** A member by its name, whether it votes or not. */
export function memberOf({ voters, learners }: Configuration, name: string): Member | undefined {
  return voters[name] ?? learners[name];
}

export function withLearner(members: Configuration, name: string, member: Member): Configuration {
  return { ...members, learners: { ...members.learners, [name]: member } };
}

export function withVoter(members: Configuration, name: string, member: Member): Configuration {
  const { [name]: _, ...learners } = members.learners;
  return { voters: { ...members.voters, [name]: member }, learners };
}

export function without(members: Configuration, name: string): Configuration {
  const { [name]: _voter, ...voters } = members.voters;
  const { [name]: _learner, ...learners } = members.learners;
  return { voters, learners };
}
