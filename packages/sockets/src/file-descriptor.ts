import { checkInteger, typeError } from '@bight/loop-abstract/validate';

/**
 * The descriptor that a value stands for: the number itself, what `fileno()` returns, or the `fd` of a `FileHandle` or
 * stream.
 *
 * @param name - what the argument is called, for messages
 * @throws {TypeError} for a value that has none
 * @throws {ValueError} for a negative one: that of something closed
 */
export function descriptorOf(value: unknown, name: string): number {
  if (typeof value === 'number') return checkInteger(value, name, { min: 0, max: 0x7fffffff });
  const { fileno, fd } = Object(value) as { fileno?: unknown; fd?: unknown };
  if (typeof fileno === 'function')
    return checkInteger(fileno.call(value), `${name}.fileno()`, { min: 0, max: 0x7fffffff });
  if (typeof fd === 'number') return checkInteger(fd, `${name}.fd`, { min: 0, max: 0x7fffffff });
  throw typeError(name, 'a file descriptor, a FileHandle or an object with fileno()', value);
}
