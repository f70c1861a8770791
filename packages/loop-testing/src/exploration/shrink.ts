/**
 * Makes a list that fails shorter: leaves out halves, quarters, … and single steps for as long as what is left still
 * fails.
 *
 * @param steps - a list that fails
 * @param fails - runs a list; what it returns says how it failed, or is `null`
 * @param tries - at most so many runs
 */
export async function shrink<S, F>(
  steps: readonly S[],
  failure: F,
  fails: (steps: readonly S[]) => Promise<F | null>,
  tries: number,
): Promise<{ steps: readonly S[]; failure: F; tries: number }> {
  let best = { steps, failure };
  let used = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    let begin = 0;
    while (begin < best.steps.length && used < tries) {
      const shorter = [...best.steps.slice(0, begin), ...best.steps.slice(begin + size)];
      used++;
      const found = await fails(shorter);
      if (found === null) begin += size;
      else best = { steps: shorter, failure: found };
    }
  }
  return { ...best, tries: used };
}
