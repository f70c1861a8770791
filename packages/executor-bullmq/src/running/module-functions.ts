import { LookupError, ValueError } from '@bight/contextvars';
import { describeValue } from '@bight/loop-abstract/validate';

/** A function of a module, called for a job. */
export type JobFunction = (...args: unknown[]) => unknown;

/** The functions that a worker may call: the exports of its modules, by the modules' file names. */
export class ModuleFunctions {
  readonly #modules = new Map<string, Readonly<Record<string, unknown>>>();

  /**
   * Adds a module.
   *
   * @param url - its address
   * @param exports - what it exports
   * @throws {ValueError} when another module has the same file name
   */
  add(url: string, exports: Readonly<Record<string, unknown>>): void {
    const name = fileNameOf(url);
    if (this.#modules.has(name)) {
      throw new ValueError(
        `modules of a worker must have file names of their own, and there are two with ${describeValue(name)}`,
      );
    }
    this.#modules.set(name, exports);
  }

  /**
   * The function that a job names.
   *
   * @throws {LookupError} when there is no such module, or it exports no such function
   */
  find(fileName: string, exportName: string): JobFunction {
    const module = this.#modules.get(fileName);
    if (module === undefined) {
      const names = [...this.#modules.keys()].map(describeValue).join(', ');
      throw new LookupError(
        `this worker serves no module ${describeValue(fileName)}; it serves ${names || 'none'}`,
      );
    }
    return exportedFunction(module, exportName, describeValue(fileName));
  }
}

/**
 * A function that a module exports.
 *
 * @param description - what the module is called in the error message
 * @throws {LookupError} when it exports no such function
 */
export function exportedFunction(
  module: Readonly<Record<string, unknown>>,
  exportName: string,
  description: string,
): JobFunction {
  const found = Object.hasOwn(module, exportName) ? module[exportName] : undefined;
  if (typeof found === 'function') return found as JobFunction;
  throw new LookupError(`${description} exports no function ${describeValue(exportName)}`);
}

/** The last address, and its file name: most jobs name the module of the job before. */
let last = { url: 'file:///', fileName: '' };

/** The last part of a module's address. */
export function fileNameOf(url: string): string {
  if (url !== last.url) {
    const { pathname } = new URL(url);
    last = { url, fileName: decoded(pathname.slice(pathname.lastIndexOf('/') + 1)) };
  }
  return last.fileName;
}

/** A name without escapes. One that is not escaped, such as the text of a `data:` address, stands for itself. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
