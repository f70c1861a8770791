import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TaskReference } from '@bight/loop-abstract';
import { checkString, typeError, valueError } from '@bight/loop-abstract/validate';

/**
 * Names an exported function of a module, for executors: the module is loaded in the worker, so the function may use
 * whatever the module imports and declares.
 *
 * Python's pickle does the same with the functions that a `ProcessPoolExecutor` is given: it sends their names.
 *
 * @typeParam F - the function's type, such as `typeof import('./work.js').resize`
 * @param url - the module's address: `new URL('./work.js', import.meta.url)`, `import.meta.resolve('package')`, or an
 *   absolute path
 * @param exportName - the name under which the module exports the function
 * @returns what `submit()`, `map()`, `runInExecutor()` and `toThread()` take in place of a function
 * @throws {TypeError} when `url` is neither a `URL` nor a string, or `exportName` no string
 * @throws {ValueError} when `url` is a string that is no absolute address
 */
export function taskFrom<F extends (...args: never[]) => unknown = (...args: unknown[]) => unknown>(
  url: URL | string,
  exportName = 'default',
): TaskReference<Parameters<F>, ReturnType<F>> {
  return Object.freeze({ url: moduleAddress(url), exportName: checkString(exportName, 'exportName') });
}

/** The address of a module, as a string that `import()` understands wherever it is called. */
export function moduleAddress(url: URL | string): string {
  if (typeof url === 'string') {
    if (path.isAbsolute(url)) return pathToFileURL(url).href;
    if (URL.canParse(url)) return url;
    throw valueError('url', "an absolute address such as new URL('./work.js', import.meta.url)", url);
  }
  if (typeof url === 'object' && url !== null && typeof url.href === 'string') return url.href;
  throw typeError('url', "a URL such as new URL('./work.js', import.meta.url)", url);
}

/** Whether a value was made by `taskFrom()`, of this copy of the package or another. */
export function isTaskReference(value: unknown): value is TaskReference {
  if (typeof value !== 'object' || value === null) return false;
  const { url, exportName } = value as Partial<TaskReference>;
  return typeof url === 'string' && typeof exportName === 'string';
}
