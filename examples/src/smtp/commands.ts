/** The command of a line, and what stands behind it. */
export interface CommandLine {
  readonly verb: string;
  readonly rest: string;
}

/** Takes a line apart. */
export function parseCommand(line: string): CommandLine {
  const space = line.indexOf(' ');
  const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
  return { verb, rest: space < 0 ? '' : line.slice(space + 1).trim() };
}

/** An address with its parameters, as MAIL and RCPT have it. */
export interface Path {
  readonly address: string;
  readonly parameters: ReadonlyMap<string, string>;
}

// A route before the address (`<@relay:name@host>`) is allowed, and means nothing any more.
const PATH = /^<(?:@[\w.,@-]+:)?([^<>\s@]+@[^<>\s@]+|)>((?: +[\w-]+(?:=[^\s=]+)?)*)$/;

/** Reads the path behind `FROM:` or `TO:`; `null` where there is none. */
export function parsePath(rest: string, keyword: 'FROM' | 'TO'): Path | null {
  if (rest.slice(0, keyword.length + 1).toUpperCase() !== `${keyword}:`) return null;
  const match = PATH.exec(rest.slice(keyword.length + 1).trim());
  if (match === null) return null;
  const [, address, parameters] = match as unknown as [string, string, string];
  const pairs = parameters
    .split(' ')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const [name, value = ''] = parameter.split('=');
      return [name!.toUpperCase(), value] as const;
    });
  return { address, parameters: new Map(pairs) };
}
