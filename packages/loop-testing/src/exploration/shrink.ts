/** What a run is made of: its steps, and its numbers, such as those of hosts or seconds. */
export interface Scenario<S, N extends string> {
  readonly steps: readonly S[];
  readonly size: Readonly<Record<N, number>>;
}

/** A scenario, and how it failed. */
export interface Failing<S, N extends string, F> {
  readonly scenario: Scenario<S, N>;
  readonly failure: F;
}

/** What makes scenarios smaller for as long as they still fail. */
export class Shrinker<S, N extends string, F> {
  readonly #smallest: Readonly<Record<N, number>>;
  readonly #fails: (scenario: Scenario<S, N>) => Promise<F | null>;
  readonly #most: number;
  #best: Failing<S, N, F>;
  /** How many runs it has taken so far. */
  tries = 0;

  /**
   * @param first - a scenario that fails
   * @param smallest - what no number may go below
   * @param fails - runs a scenario; what it returns says how it failed, or is `null`
   * @param most - at most this many runs
   */
  constructor(
    first: Failing<S, N, F>,
    smallest: Readonly<Record<N, number>>,
    fails: (scenario: Scenario<S, N>) => Promise<F | null>,
    most: number,
  ) {
    this.#best = first;
    this.#smallest = smallest;
    this.#fails = fails;
    this.#most = most;
  }

  /** Makes numbers smaller and leaves out steps, in turn, until neither goes any further. */
  async run(): Promise<Failing<S, N, F>> {
    for (let round = 0; this.tries < this.#most; round++) {
      const { size } = this.#best.scenario;
      // First the numbers: of many steps there are some that the fewest hosts can take.
      for (const name of Object.keys(this.#smallest) as N[]) await this.#makeSmaller(name);
      // With the same numbers, the steps that are left have been tried one by one.
      if (round > 0 && this.#best.scenario.size === size) break;
      const { steps } = this.#best.scenario;
      await this.#leaveOutSteps();
      if (this.#best.scenario.steps === steps) break;
    }
    return this.#best;
  }

  /** Leaves out halves, quarters, … and single steps. */
  async #leaveOutSteps(): Promise<void> {
    const { length } = this.#best.scenario.steps;
    for (let count = Math.ceil(length / 2); count >= 1; count = count === 1 ? 0 : Math.ceil(count / 2)) {
      for (let begin = 0; begin < this.#best.scenario.steps.length && this.tries < this.#most; ) {
        const { steps, size } = this.#best.scenario;
        const shorter = [...steps.slice(0, begin), ...steps.slice(begin + count)];
        if (!(await this.#try({ steps: shorter, size }))) begin += count;
      }
    }
  }

  /** Tries the smallest number, then halves the distance to one that fails. */
  async #makeSmaller(name: N): Promise<void> {
    let passing = this.#smallest[name] - 1;
    for (let next = this.#smallest[name]; passing < next && this.tries < this.#most; ) {
      const { steps, size } = this.#best.scenario;
      if (next >= size[name]) return;
      if (!(await this.#try({ steps, size: { ...size, [name]: next } }))) passing = next;
      next = Math.floor((passing + this.#best.scenario.size[name]) / 2);
    }
  }

  async #try(scenario: Scenario<S, N>): Promise<boolean> {
    this.tries++;
    const failure = await this.#fails(scenario);
    if (failure === null) return false;
    this.#best = { scenario, failure };
    return true;
  }
}
