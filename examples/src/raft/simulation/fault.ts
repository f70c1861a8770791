import type { Random } from '@bight/loop-testing';

/** A fault in a story. */
export interface Fault {
  /** So many **seconds** after the one before, or after the next election. */
  readonly after: number;
  readonly since: 'then' | 'election';
  readonly kind: (typeof KINDS)[number];
  /** Which node, by its number; or the one that leads then. */
  readonly node: number | 'leader';
}

const KINDS = [
  // The power fails, and comes back: at once, by a later fault, or on all nodes.
  'crash',
  'start',
  'reboot',
  'blackout',
  // The network: both ways, one way, in two parts, slow, bad.
  'cut off',
  'mute',
  'deafen',
  'split',
  'slow',
  'noise',
  'heal',
  // The machine stands still; its clock runs at another speed.
  'pause',
  'resume',
  'drift',
  // Members come and go.
  'add',
  'remove',
] as const;

const ENDS: readonly Fault['kind'][] = ['start', 'heal', 'resume'];

/**
 * Makes a story of faults from random numbers. It has some of the kinds only, and its own pace: stories that differ
 * find more than stories of everything (Groce: "Swarm testing"). Much goes wrong just after an election.
 */
export function planFaults(random: Random, nodes: number, count: number): Fault[] {
  const kinds = KINDS.filter((kind) => ENDS.includes(kind) || random.chance(0.4));
  const bag = kinds.concat('reboot', 'heal', 'start', 'heal', 'start');
  const pace = 0.1 + 0.5 * random.next();
  const [elections, leaders] = [random.next(), random.next()];
  return Array.from({ length: count }, () => {
    const since = random.chance(elections) ? 'election' : 'then';
    const after = since === 'election' ? 0.06 * random.next() ** 2 : pace * random.next();
    const kind = bag[random.below(bag.length)] as Fault['kind'];
    const node = random.below(nodes);
    return { after, since, kind, node: random.chance(leaders) ? 'leader' : node };
  });
}
