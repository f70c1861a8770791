import fc from 'fast-check';
import {
  type Call,
  caught,
  conditions,
  holds,
  outcomes,
  type Program,
  type Step,
  type Target,
  touches,
  uses,
} from './program.js';

const ROUTINES = 5;

// A few small numbers, so that tasks meet at the same futures and at the same times.
const number = fc.nat({ max: 5 });
const ticks = fc.nat({ max: 4 });
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const context = fc.option(number, { nil: null, freq: 1 });

const variable = fc.nat({ max: 1 });

const future = fc.record({ future: number });
const task = fc.record({ task: number });
// A routine calls only later ones, so that no program calls in a circle.
const routine = fc.nat({ max: ROUTINES - 1 });
const target: fc.Arbitrary<Target> = fc.oneof(future, task, fc.record({ routine }));
const targets = fc.array(target, { maxLength: 3 });

function op<O extends string, F extends object>(name: O, fields: { [K in keyof F]: fc.Arbitrary<F[K]> }) {
  return fc.record({ op: fc.constant(name), ...fields }, { noNullPrototype: true }) as fc.Arbitrary<
    { op: O } & F
  >;
}

const use = fc.record({ kind: fc.constantFrom(...uses), number });
const touch = fc.record({ kind: fc.constantFrom(...touches), number });
const hold = fc.record({ kind: fc.constantFrom(...holds), number });

/**
 * What programs are made of; `stop` is how often, among some fifty calls, one stops the loop, and `sharing` how often
 * they do something with locks and queues.
 */
const grammar = ({ stop = 0, sharing = 0 }) =>
  fc.letrec<{
    call: Call;
    calls: Call[];
    step: Step;
    steps: Step[];
    routineBody: Step[];
  }>((tie) => ({
    call: fc.oneof(
      { maxDepth: 2, depthSize: 'max', withCrossShrink: true },
      { weight: 3, arbitrary: op('log', {}) },
      { weight: stop, arbitrary: op('stop', {}) },
      { weight: 2 * sharing, arbitrary: op('touch', { touch }) },
      { weight: 1, arbitrary: op('fail', {}) },
      { weight: 1, arbitrary: op('copy', {}) },
      { weight: 2, arbitrary: op('set', { variable }) },
      { weight: 2, arbitrary: op('get', { variable }) },
      { weight: 8, arbitrary: op('settle', { future: number, how: fc.constantFrom(...outcomes) }) },
      { weight: 6, arbitrary: op('cancel', { task: number }) },
      { weight: 1, arbitrary: op('unschedule', { handle: number }) },
      { weight: 8, arbitrary: op('spawn', { routine, context }) },
      { weight: 4, arbitrary: op('soon', { threadsafe: fc.boolean(), calls: tie('calls'), context }) },
      { weight: 4, arbitrary: op('later', { ticks, calls: tie('calls'), context }) },
      { weight: 3, arbitrary: op('watch', { target: fc.oneof(future, task), calls: tie('calls'), context }) },
    ),
    calls: fc.array(tie('call'), { minLength: 1, maxLength: 2 }),
    step: fc.oneof(
      { maxDepth: 3, depthSize: 'max', withCrossShrink: true },
      { weight: 12, arbitrary: op('turn', {}) },
      { weight: 1, arbitrary: op('raise', {}) },
      { weight: 1, arbitrary: op('return', {}) },
      { weight: 2, arbitrary: op('look', {}) },
      { weight: 1, arbitrary: op('uncancel', {}) },
      { weight: 5, arbitrary: op('sleep', { ticks }) },
      { weight: 20, arbitrary: op('call', { call: tie('call') }) },
      { weight: 8, arbitrary: op('await', { target }) },
      { weight: 3, arbitrary: op('shield', { target }) },
      { weight: 5, arbitrary: op('waitFor', { target, ticks: perhaps(ticks) }) },
      { weight: 5, arbitrary: op('gather', { targets, returnExceptions: fc.boolean() }) },
      {
        weight: 3,
        arbitrary: op('wait', { targets, ticks: perhaps(ticks), returnWhen: fc.constantFrom(...conditions) }),
      },
      { weight: 2, arbitrary: op('asCompleted', { targets, ticks: perhaps(ticks) }) },
      { weight: 3 * sharing, arbitrary: op('use', { use }) },
      { weight: sharing, arbitrary: op('useFor', { use, ticks: perhaps(ticks) }) },
      { weight: 2 * sharing, arbitrary: op('hold', { hold, body: tie('steps') }) },
      { weight: 5, arbitrary: op('timeout', { ticks: perhaps(ticks), body: tie('steps') }) },
      {
        weight: 5,
        arbitrary: op('group', { routines: fc.array(routine, { maxLength: 3 }), body: tie('steps') }),
      },
      {
        weight: 16,
        arbitrary: op('try', {
          body: tie('steps'),
          catches: fc.constantFrom(...caught),
          handler: tie('steps'),
          last: tie('steps'),
        }),
      },
    ),
    steps: fc.array(tie('step'), { maxLength: 4, size: 'max' }),
    routineBody: fc.array(tie('step'), { minLength: 1, maxLength: 8, size: 'max' }),
  }));

const tasks = grammar({});
const sharers = grammar({ sharing: 8 });
const phases = grammar({ stop: 6, sharing: 1 });
const others = (routineBody: fc.Arbitrary<Step[]>) =>
  fc.array(routineBody, { maxLength: ROUTINES - 1, size: 'max' });
const futures = fc.integer({ min: 1, max: 3 });

/** Programs that begin with their first routine, which begins with a few tasks to play with. */
const programsOf = (routineBody: fc.Arbitrary<Step[]>): fc.Arbitrary<Program> =>
  fc
    .record({
      beginnings: fc.array(op('spawn', { routine, context: fc.constant(null) }), { maxLength: 4 }),
      first: routineBody,
      others: others(routineBody),
      futures,
    })
    .map(({ beginnings, first, others, futures }) => ({
      routines: [[...beginnings.map((call): Step => ({ op: 'call', call })), ...first], ...others],
      futures,
    }));

export const coroutinePrograms = programsOf(tasks.routineBody);

/** Programs whose tasks meet at locks and queues. */
export const sharingPrograms = programsOf(sharers.routineBody);

/** Programs that run their loop several times, and stop it here and there. */
export const loopPrograms: fc.Arbitrary<Program> = fc.record(
  {
    routines: others(phases.routineBody),
    futures,
    phases: fc.array(fc.array(phases.call, { maxLength: 5, size: 'max' }), { minLength: 1, maxLength: 4 }),
  },
  { noNullPrototype: true },
);

/** Random programs, shrinking to short ones. */
export const programs: fc.Arbitrary<Program> = fc.oneof(
  { weight: 3, arbitrary: coroutinePrograms },
  { weight: 3, arbitrary: sharingPrograms },
  { weight: 1, arbitrary: loopPrograms },
);
