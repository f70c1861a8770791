const LARGEST_PORT = 65_535;

/** Invalid arguments: the command line prints why, and exits with 2. */
export class UsageError extends Error {
  static {
    Object.defineProperty(UsageError.prototype, 'name', {
      value: 'UsageError',
      configurable: true,
      writable: true,
    });
  }
}

/** A process id, as it is written. @throws {UsageError} when it is none */
export function parsePid(text: unknown): number {
  const pid = Number(text);
  if (!/^\d+$/.test(String(text)) || !Number.isSafeInteger(pid) || pid < 1) {
    throw new UsageError(`pid must be a process id, not ${JSON.stringify(text)}`);
  }
  return pid;
}

/** A number of seconds, as it is written: `0.5`, `50ms`, `2s`. @throws {UsageError} when it is none, or too long */
export function parseSeconds(
  text: unknown,
  name: string,
  longest: number = Number.POSITIVE_INFINITY,
): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(String(text));
  const seconds = found === null ? Number.NaN : Number(found[1]) / (found[2] === 'ms' ? 1000 : 1);
  if (!(seconds > 0))
    throw new UsageError(`${name} must be a time such as 2 or 50ms, not ${JSON.stringify(text)}`);
  if (seconds > longest) throw new UsageError(`${name} must be at most ${longest} s, not ${seconds} s`);
  return seconds;
}

/** The number of a port, as it is written. @throws {UsageError} when it is none */
export function parsePort(text: unknown): number {
  const port = Number(text);
  if (/^\d+$/.test(String(text)) && port >= 1 && port <= LARGEST_PORT) return port;
  throw new UsageError(`port must be a number from 1 to ${LARGEST_PORT}, not ${JSON.stringify(text)}`);
}

/** A count, as it is written. @throws {UsageError} when it is none */
export function parseCount(text: unknown, name: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`${name} must be a whole number from 1, not ${JSON.stringify(text)}`);
  }
  return count;
}
