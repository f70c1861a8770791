import { NotImplementedError } from '@bight/loop-abstract';

/**
 * The error for what Node's sockets cannot do. It recommends the other loop, where the platform has it.
 *
 * @param what - the option or the method, as the subject of a sentence
 */
export function notOnProactor(what: string, platform: string = process.platform): NotImplementedError {
  const instead = platform === 'win32' ? ', the only loop on Windows' : ": use bight's SelectorEventLoop";
  return new NotImplementedError(`${what} not possible on ProactorEventLoop${instead}`);
}
