import { ValueError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';

/**
 * Checks that Node can make a local socket of a path: on Windows it makes a named pipe, and reports `EACCES` for any
 * other path.
 *
 * @throws {ValueError} on Windows, unless the path is the name of a pipe
 */
export function checkPipeName(path: string, name: string, platform: string = process.platform): void {
  if (platform !== 'win32' || /^[\\/]{2}[.?][\\/]pipe[\\/]./i.test(path)) return;
  throw new ValueError(
    `${name} must be the name of a pipe on Windows, such as \\\\.\\pipe\\name, not ${describeValue(path)}`,
  );
}
