// Compiles the C programs of the benchmarks when they are needed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../native/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/bench/', import.meta.url));

/** The libraries of programs besides the C library. */
const LIBRARIES = { 'tls-load': ['-lssl', '-lcrypto'], 'tls-server': ['-lssl', '-lcrypto'] };

/**
 * The path of a compiled program, or the reason why it is missing. @returns {{ file: string } | { missing: string }}
 */
export function nativeProgram(name) {
  if (process.platform !== 'linux') return { missing: 'it is written for Linux' };
  const file = path.join(cache, name);
  const inputs = [`${name}.c`, 'common.h', 'measure.h'].map((input) => path.join(source, input));
  const newest = Math.max(...inputs.map((input) => statSync(input).mtimeMs));
  if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return { file };
  mkdirSync(cache, { recursive: true });
  const libraries = LIBRARIES[name] ?? [];
  const args = ['-O2', '-Wall', '-Wextra', '-o', file, inputs[0], ...libraries];
  const { error, status, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (error !== undefined) return { missing: 'there is no C compiler' };
  if (status !== 0 && libraries.length > 0)
    return { missing: "OpenSSL's headers are not installed (libssl-dev)" };
  if (status !== 0) throw new Error(`${name}.c does not compile:\n${stderr}`);
  return { file };
}
