import fc from 'fast-check';

/**
 * How a `try` goes on after one of our errors: it throws it on, swallows it, or swallows it and takes one cancel back.
 */
export type Catch = 'rethrow' | 'swallow' | 'uncancel';

/** A wait that is given to a combinator of promises. */
export type Branch = { op: 'own' } | { op: 'foreign' } | { op: 'code'; body: Statement[] };

/** One statement of a random program about cancellation; its waits end when the driver of the program lets them. */
export type Statement =
  | { op: 'own' | 'turn' | 'foreign' | 'note' | 'abort' | 'fail' | 'cancelSelf' }
  | { op: 'microtasks'; count: number }
  | { op: 'combine'; how: 'race' | 'any' | 'all' | 'allSettled'; branches: Branch[] }
  | { op: 'abandon'; how: 'catch' | 'then' | 'allSettled' }
  | { op: 'call' | 'helper' | 'host' | 'timeout' | 'scope' | 'shielded'; body: Statement[] }
  | { op: 'try'; body: Statement[]; how: Catch; cleanup: Statement[] }
  | { op: 'group' | 'gather'; body: Statement[]; children: Statement[][] };

/** What the driver does next: in a turn of the host, or as a callback of the loop. */
export interface Action {
  in: 'host' | 'loop';
  what: 'cancel' | 'open' | 'resolve' | 'expire' | 'cancelScope' | 'cancelGroup';
  which: number;
}

/** Tasks, and what is done to them from outside. */
export interface CancellationProgram {
  tasks: Statement[][];
  actions: Action[];
  /** How its functions are written; in `mixed` programs they take turns. */
  style: 'async' | 'generator' | 'mixed';
}

const { statements } = fc.letrec<{ statement: Statement; statements: Statement[]; branch: Branch }>(
  (tie) => ({
    statements: fc.array(tie('statement'), { minLength: 1, maxLength: 4, depthIdentifier: 'code' }),
    branch: fc.oneof(
      { depthIdentifier: 'code', depthSize: 'small', maxDepth: 3 },
      fc.constant<Branch>({ op: 'own' }),
      fc.constant<Branch>({ op: 'foreign' }),
      fc.record({ op: fc.constant<'code'>('code'), body: tie('statements') }),
    ),
    statement: fc.oneof(
      { depthIdentifier: 'code', depthSize: 'small', maxDepth: 3 },
      fc.constantFrom<Statement>(
        { op: 'own' },
        { op: 'own' },
        { op: 'foreign' },
        { op: 'foreign' },
        { op: 'turn' },
        { op: 'note' },
        { op: 'abort' },
        { op: 'fail' },
        { op: 'cancelSelf' },
        { op: 'abandon', how: 'catch' },
        { op: 'abandon', how: 'then' },
        { op: 'abandon', how: 'allSettled' },
        { op: 'microtasks', count: 1 },
        { op: 'microtasks', count: 4 },
      ),
      fc.record({
        op: fc.constant<'combine'>('combine'),
        how: fc.constantFrom<'race' | 'any' | 'all' | 'allSettled'>('race', 'any', 'all', 'allSettled'),
        branches: fc.array(tie('branch'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({
        op: fc.constantFrom<'call' | 'helper' | 'host' | 'timeout' | 'scope' | 'shielded'>(
          'call',
          'helper',
          'host',
          'timeout',
          'timeout',
          'scope',
          'scope',
          'shielded',
        ),
        body: tie('statements'),
      }),
      fc.record({
        op: fc.constant<'try'>('try'),
        body: tie('statements'),
        how: fc.constantFrom<Catch>('rethrow', 'swallow', 'uncancel'),
        cleanup: tie('statements'),
      }),
      fc.record({
        op: fc.constantFrom<'group' | 'gather'>('group', 'gather'),
        body: tie('statements'),
        children: fc.array(tie('statements'), { minLength: 1, maxLength: 2 }),
      }),
    ),
  }),
);

const action = fc.record<Action>({
  in: fc.constantFrom<'host' | 'loop'>('host', 'loop'),
  what: fc.constantFrom<Action['what']>(
    'cancel',
    'cancel',
    'open',
    'open',
    'resolve',
    'resolve',
    'expire',
    'cancelScope',
    'cancelGroup',
  ),
  which: fc.nat({ max: 5 }),
});

/** Random programs. */
export const cancellationPrograms: fc.Arbitrary<CancellationProgram> = fc.record({
  tasks: fc.array(statements, { minLength: 1, maxLength: 2 }),
  actions: fc.array(action, { minLength: 2, maxLength: 12 }),
  style: fc.constantFrom<CancellationProgram['style']>('async', 'generator', 'mixed'),
});
