import type { Random } from '@bight/loop-testing';

/** A fault in a story. */
export interface Fault {
  /** The **seconds** after the previous fault, or after the next election. */
  readonly after: number;
  readonly since: 'then' | 'election';
  readonly kind: (typeof KINDS)[number];
  /** The number of the node, or the node that was elected last. */
  readonly node: number | 'leader';
}

const KINDS = [
  // Power failures: with an immediate restart, without one, of all nodes.
  'crash',
  'start',
  'reboot',
  'blackout',
  // Network faults: both directions, one direction, a partition, slow, lossy.
  'cut off',
  'mute',
  'deafen',
  'split',
  'slow',
  'noise',
  'heal',
  // The machine pauses; its clock runs at another speed.
  'pause',
  'resume',
  'drift',
  // Members join and leave.
  'add',
  'remove',
] as const;

const ENDS: readonly Fault['kind'][] = ['start', 'heal', 'resume'];

type Step = Pick<Fault, 'since' | 'kind' | 'node'> & { readonly within?: number };

/** Known hard cases, which random faults seldom produce. */
const SCENES: readonly (readonly Step[])[] = [
  // Three leaders, each cut off before it replicates its entries (the dissertation's figure 3.7).
  [
    { since: 'then', kind: 'cut off', node: 'leader' },
    { since: 'election', within: 0.012, kind: 'cut off', node: 'leader' },
    { since: 'then', kind: 'pause', node: 'leader' },
    { since: 'then', kind: 'heal', node: 'leader' },
    { since: 'election', within: 0.15, kind: 'cut off', node: 'leader' },
    { since: 'then', kind: 'resume', node: 'leader' },
    { since: 'election', kind: 'heal', node: 'leader' },
  ],
  // A leader that does not know of its replacement.
  [
    { since: 'then', kind: 'pause', node: 'leader' },
    { since: 'election', kind: 'resume', node: 'leader' },
  ],
  // Nodes that start together, and restart while requests for votes are in flight.
  [
    { since: 'then', kind: 'slow', node: 0 },
    { since: 'then', kind: 'slow', node: 1 },
    { since: 'then', kind: 'blackout', node: 0 },
    { since: 'election', kind: 'blackout', node: 0 },
  ],
];

/**
 * Makes a story of faults from random numbers. It has only some kinds of faults, at its own pace: different stories
 * find more than stories with all faults (Groce: "Swarm testing").
 */
export function planFaults(random: Random, nodes: number, count: number): Fault[] {
  const kinds = KINDS.filter((kind) => ENDS.includes(kind) || random.chance(0.4));
  const bag = kinds.concat('reboot', 'heal', 'start');
  const pace = 0.05 + 0.4 * random.next();
  const [scenes, elections, leaders] = [random.next(), 0.5 * random.next(), random.next()];
  const steps: Step[] = [];
  while (steps.length < count) {
    if (random.chance(scenes)) {
      steps.push(...(SCENES[random.below(SCENES.length)] as readonly Step[]));
      continue;
    }
    const since = random.chance(elections) ? 'election' : 'then';
    const kind = bag[random.below(bag.length)] as Fault['kind'];
    const node = random.below(nodes);
    steps.push({ since, kind, node: random.chance(leaders) ? 'leader' : node });
  }
  return steps.slice(0, count).map(({ within, ...step }) => {
    // Faults just after an election find the most.
    const usual = step.since === 'election' ? 0.1 * random.next() : pace;
    return { after: (within ?? usual) * random.next(), ...step };
  });
}
