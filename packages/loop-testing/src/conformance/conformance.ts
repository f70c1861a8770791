import type { Capabilities } from '@bight/loop-abstract/low-level';
import { checkCallback, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import type { CaseDefinition, LoopState } from './case.js';
import { CaseContext } from './case-context.js';
import { highLevelCases } from './cases/functions/high-level.js';
import { allCases } from './cases/index.js';
import type { HighLevel } from './high-level.js';
import { refusals } from './refusals.js';
import { checkSupports, type Requirement, type Supports } from './supports.js';

/** What the kit needs to know. */
export interface ConformanceOptions {
  /**
   * Registers a test: a name, and a function that returns a promise. The `test` of jest, vitest, mocha and `node:test`
   * are such functions, and so is what collects the cases in an array.
   */
  readonly test: (name: string, check: () => Promise<void>) => unknown;
  /** Makes a loop, a new one each time; it may return a promise. */
  readonly createLoop: () => unknown;
  /**
   * What the loop supports. Cases that need more do not run; this is the only thing that makes the kit skip anything.
   */
  readonly supports: Supports;
  /** **Seconds** that one case may take before it fails; 10 when not given. */
  readonly timeout?: number | undefined;
  /** The module `bight`: what it builds on a loop (locks, queues, streams, processes) is checked on this one, too. */
  readonly bight?: HighLevel | undefined;
}

/** One case in one state of the loop. */
export interface ConformanceCase {
  /** Its name, unique and stable: the capability, a sentence, the state. */
  readonly name: string;
  /** The behaviour that it checks, the same in all states. */
  readonly title: string;
  /** The capability interface that promises the behaviour. */
  readonly capability: keyof Capabilities;
  /** The state in which the loop is when the case begins. */
  readonly state: LoopState;
}

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;

interface RunnableCase extends ConformanceCase {
  readonly definition: CaseDefinition;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * Checks that a class of event loops keeps the promises of `@bight/loop-abstract`: registers a test for each, in each
 * state of the loop in which it matters, with any test runner.
 *
 * @throws {TypeError} when the options are not what they should be, or `supports` has a name that the kit does not know
 */
export function conformance(options: ConformanceOptions): void {
  const { test, createLoop, supports, timeout, bight } = checkOptions(options, [
    'test',
    'createLoop',
    'supports',
    'timeout',
    'bight',
  ]);
  checkCallback(test, 'test');
  checkCallback(createLoop, 'createLoop');
  const seconds = timeout === undefined ? DEFAULT_TIMEOUT_SECONDS : checkSeconds(timeout, 'timeout');
  const supported = checkSupports(supports as Supports);
  const further = bight === undefined ? [] : highLevelCases(bight);
  for (const { name, definition, state } of select(supported, further)) {
    test(name, async () => {
      const c = new CaseContext(createLoop, supported, state);
      await within(seconds, () => perform(definition, c), c);
    });
  }
}

/**
 * The cases that {@link conformance} registers for a loop with these capabilities.
 *
 * @param supports - as {@link ConformanceOptions} has it; everything when not given
 */
export function conformanceCases(supports?: Supports): ConformanceCase[] {
  return select(supports === undefined ? null : checkSupports(supports)).map(
    ({ name, title, capability, state }) => ({ name, title, capability, state }),
  );
}

function select(
  supported: ReadonlySet<Requirement> | null,
  further: readonly CaseDefinition[] = [],
): RunnableCase[] {
  const isSupported = (requirement: Requirement) => supported?.has(requirement) ?? true;
  const selected = Object.entries(allCases).flatMap(([capability, cases]) =>
    isSupported(capability as Requirement) ? cases : refusals(capability as keyof Capabilities),
  );
  return [...selected, ...further.filter(({ capability }) => isSupported(capability))]
    .filter(({ needs, lacks }) => needs.every(isSupported) && !lacks.some(isSupported))
    .flatMap((definition) => {
      const { capability, title, states } = definition;
      return states
        .filter((state) => state !== 'debug' || isSupported('DebugLoop'))
        .map((state) => ({
          name: `${capability}: ${title} [${state}]`,
          title,
          capability,
          state,
          definition,
        }));
    });
}

async function perform({ check }: CaseDefinition, c: CaseContext): Promise<void> {
  await c.prepare();
  try {
    await check(c);
  } finally {
    await c.cleanUp();
  }
}

/** A loop that hangs must not keep the other cases waiting. */
async function within(seconds: number, run: () => Promise<void>, c: CaseContext): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the case did not end within ${seconds} s; so far: ${JSON.stringify(c.trace)}`);
      void c.abandon().then(() => reject(error), reject);
    }, seconds * 1000);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
