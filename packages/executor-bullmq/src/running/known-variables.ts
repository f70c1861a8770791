import { type Context, type ContextVar, ValueError } from '@bight/contextvars';
import { observeVariables } from '@bight/contextvars/low-level';

/** The context variables of the modules that a worker has loaded, by name. */
export class KnownVariables {
  readonly #found = new Map<string, Set<ContextVar<unknown>>>();

  /** Loads modules, and notes the variables that they make. */
  async during<T>(load: () => Promise<T>): Promise<T> {
    observeVariables((variable) => this.add(variable));
    try {
      return await load();
    } finally {
      observeVariables(null);
    }
  }

  /** Notes a variable. */
  add(variable: ContextVar<unknown>): void {
    const known = this.#found.get(variable.name);
    if (known === undefined) this.#found.set(variable.name, new Set([variable]));
    else known.add(variable);
  }

  /**
   * Sets variables in a context; those that no module here has are left out.
   *
   * @throws {ValueError} when two modules have a variable of one of the names
   */
  set(context: Context, values: Iterable<readonly [name: string, value: unknown]>): void {
    for (const [name, value] of values) {
      const [variable, another] = this.#found.get(name) ?? [];
      if (variable === undefined) continue;
      if (another !== undefined) {
        throw new ValueError(
          `this worker's modules have several context variables that are called ${JSON.stringify(name)}`,
        );
      }
      context.run(() => variable.set(value));
    }
  }
}
