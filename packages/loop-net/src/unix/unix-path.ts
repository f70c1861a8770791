import { fileURLToPath } from 'node:url';
import { ValueError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';

/** The longest path of a socket, without the zero that ends it, as `struct sockaddr_un` has room; or name of a pipe. */
function longestPath(platform: string): number {
  if (platform === 'win32') return 256;
  return platform === 'linux' ? 107 : 103;
}

/**
 * Checks where a Unix socket is, and makes a string of it.
 *
 * @throws {TypeError} unless it is a string, bytes or a `file:` URL
 * @throws {ValueError} for a path that no socket can have
 */
export function checkUnixPath(value: unknown, name: string, platform: string = process.platform): string {
  const path = asString(value, name);
  if (path === '' || path === '\0') throw new ValueError(`${name} must not be empty`);
  if (isAbstract(path)) {
    if (platform !== 'linux') throw new ValueError(`${name}: abstract names exist on Linux only`);
  } else if (path.includes('\0')) {
    throw new ValueError(`${name} must not contain a null byte, except an abstract name at its beginning`);
  }
  // An abstract name needs no zero at its end.
  const longest = longestPath(platform) + (isAbstract(path) ? 1 : 0);
  if (Buffer.byteLength(path) > longest) {
    const error: NodeJS.ErrnoException = new Error(
      `ENAMETOOLONG: ${name} must have at most ${longest} bytes, not ${Buffer.byteLength(path)}: ${path}`,
    );
    throw Object.assign(error, { code: 'ENAMETOOLONG', syscall: 'bind', address: path });
  }
  return path;
}

/** Whether a path is a name in Linux's abstract name space, which has nothing to do with files. */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0');
}

function asString(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof URL) {
    if (value.protocol !== 'file:') throw new ValueError(`${name} must be a file: URL, not ${value.href}`);
    return fileURLToPath(value);
  }
  if (!(value instanceof Uint8Array)) throw typeError(name, 'a string, bytes or a file: URL', value);
  const path = Buffer.from(value).toString('utf8');
  if (!Buffer.from(path).equals(value)) throw new ValueError(`${name} must be UTF-8`);
  return path;
}
