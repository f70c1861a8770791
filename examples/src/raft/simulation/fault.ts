import type { Random } from '@bight/loop-testing';

/** A fault in a story. */
export interface Fault {
  /** How many **seconds** after the one before, or after the next election. */
  readonly after: number;
  readonly since: 'then' | 'election';
  readonly kind: (typeof KINDS)[number];
  /** Which node, by its number; or the one that was elected last. */
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

type Step = Pick<Fault, 'since' | 'kind' | 'node'> & { readonly within?: number };

/** What is known to be hard: chance alone seldom makes these. */
const SCENES: readonly (readonly Step[])[] = [
  // Three leaders, each cut off before its entries are anywhere else (the dissertation's figure 3.7).
  [
    { since: 'then', kind: 'cut off', node: 'leader' },
    { since: 'election', within: 0.012, kind: 'cut off', node: 'leader' },
    { since: 'then', kind: 'pause', node: 'leader' },
    { since: 'then', kind: 'heal', node: 'leader' },
    { since: 'election', within: 0.15, kind: 'cut off', node: 'leader' },
    { since: 'then', kind: 'resume', node: 'leader' },
    { since: 'election', kind: 'heal', node: 'leader' },
  ],
  // A leader that does not know that it was replaced.
  [
    { since: 'then', kind: 'pause', node: 'leader' },
    { since: 'election', kind: 'resume', node: 'leader' },
  ],
  // Nodes that begin together, and again while requests for votes are on their way.
  [
    { since: 'then', kind: 'slow', node: 0 },
    { since: 'then', kind: 'slow', node: 1 },
    { since: 'then', kind: 'blackout', node: 0 },
    { since: 'election', kind: 'blackout', node: 0 },
  ],
];

/**
 * Makes a story of faults from random numbers. It has some of the kinds only, and its own pace: stories that differ
 * find more than stories of everything (Groce: "Swarm testing").
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
    // Much goes wrong just after an election.
    const usual = step.since === 'election' ? 0.1 * random.next() : pace;
    return { after: (within ?? usual) * random.next(), ...step };
  });
}
