/** The command of a line, and the rest of the line. */
export interface CommandLine {
  readonly verb: string;
  readonly rest: string;
}

/** Parses a line. */
export function parseCommand(line: string): CommandLine {
  const space = line.indexOf(' ');
  const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
  return { verb, rest: space < 0 ? '' : line.slice(space + 1).trim() };
}

/** An address with its parameters, of MAIL or RCPT. */
export interface Path {
  readonly address: string;
  readonly parameters: ReadonlyMap<string, string>;
}

// An obsolete route before the address (`<@relay:name@host>`) is allowed and ignored.
const PATH = /^<(?:@[\w.,@-]+:)?([^<>\s@]+@[^<>\s@]+|)>((?: +[\w-]+(?:=[^\s=]+)?)*)$/;

/** Parses the path after `FROM:` or `TO:`; `null` if there is none. */
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
