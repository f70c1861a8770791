/** What `simulate()` throws when a run fails: the failure is its `cause`, and the seed replays it. */
export class SimulationError extends Error {
  /** What everything random in the run came from. */
  readonly seed: number;

  /** Always `'ERR_SIMULATION'`. */
  readonly code: string = 'ERR_SIMULATION';

  /** @internal */
  constructor(cause: unknown, seed: number, { run, runs }: { run: number; runs: number }) {
    const which = runs === 1 ? '' : ` (run ${run} of ${runs})`;
    const failure = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      `failed with seed ${seed}${which}; replay with { seed: ${seed} } or BIGHT_SEED=${seed}\n${failure}`,
      {
        cause,
      },
    );
    this.seed = seed;
  }

  static {
    Object.defineProperty(SimulationError.prototype, 'name', {
      value: 'SimulationError',
      configurable: true,
      writable: true,
    });
  }
}
