import type { Program, Step } from './program.js';

/**
 * Whether a program may catch a cancel in a `finally` through which another cancel is on its way out of a time limit.
 * The end of an `await using` block cannot see which error leaves the block; the last one that came is taken for it,
 * and here that is not so.
 */
export function mayHideACancel({ routines }: Program): boolean {
  const steps = routines.flatMap(allSteps);
  const has = (holds: (step: Step) => boolean): boolean => steps.some(holds);
  return (
    has(({ op }) => op === 'timeout') &&
    has((step) => step.op === 'try' && step.last.length > 0) &&
    has((step) => step.op === 'try' && (step.catches === 'cancel' || step.catches === 'all'))
  );
}

/** Steps, with those inside of them. */
function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    if (step.op === 'try') return [step, ...allSteps([...step.body, ...step.handler, ...step.last])];
    return 'body' in step ? [step, ...allSteps(step.body)] : [step];
  });
}
