import { existsSync } from 'node:fs';
// Not by name: webpack evaluates calls of an imported `createRequire` while it bundles.
import nodeModule from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NotImplementedError } from '@bight/loop-abstract';
import type { Binding } from './binding.js';

/** The same number as in `native/bindings.h`. */
const BINDING_VERSION = 11;

interface Attempt {
  readonly binding: Binding | null;
  readonly reason: string | null;
}

/** Where this code lies; in a bundle, where that does. A bundle that is CommonJS has no `import.meta`. */
const here: string =
  (import.meta.url as string | undefined) ??
  pathToFileURL(typeof __filename === 'string' ? __filename : path.resolve('bundle.cjs')).href;
const requireHere = nodeModule.createRequire(here);
const attempt: Attempt = load();

/** The addon's functions, or `null` where it could not be loaded. */
export const binding: Binding | null = attempt.binding;

/** Why the addon could not be loaded; `null` where it was. */
export const reason: string | null = attempt.reason;

/**
 * The addon's functions.
 *
 * @throws {NotImplementedError} with the reason, where the addon could not be loaded
 */
export function native(): Binding {
  if (binding !== null) return binding;
  throw new NotImplementedError(`@bight/sockets is not available here: ${reason}`);
}

function load(): Attempt {
  const unsupported = unsupportedRuntime();
  if (unsupported !== null) return { binding: null, reason: unsupported };
  const failures: string[] = [];
  for (const { name, file } of candidates()) {
    if (path.isAbsolute(file) && !existsSync(file)) {
      failures.push(`${name} does not exist`);
      continue;
    }
    try {
      const found = requireHere(file) as Binding;
      if (found.version === BINDING_VERSION) return { binding: found, reason: null };
      failures.push(`${name} belongs to another version of the package`);
    } catch (error) {
      failures.push(isMissing(error) ? `${name} is not installed` : `${name} failed: ${messageOf(error)}`);
    }
  }
  return { binding: null, reason: failures.join('; ') };
}

function unsupportedRuntime(): string | null {
  const { bun, deno } = process.versions as Record<string, string | undefined>;
  // Bun ends the process in uv_poll_init(), Deno calls back only once: neither can be asked at run time.
  if (bun !== undefined) return `Bun ${bun} does not implement the parts of libuv that it needs`;
  if (deno !== undefined) return `Deno ${deno} does not implement the parts of libuv that it needs`;
  if (process.platform === 'linux' || process.platform === 'darwin') return null;
  return `there is no version for ${process.platform}`;
}

/**
 * Where the addon may be, the best first: a file named by hand, one beside a bundle, the platform's package, a local
 * build.
 */
function candidates(): { name: string; file: string }[] {
  const chosen = process.env.BIGHT_SOCKETS_BINARY;
  if (chosen !== undefined && chosen !== '') return [{ name: chosen, file: path.resolve(chosen) }];
  const platform = `@bight/sockets-${process.platform}-${process.arch}`;
  // The binary for musl needs musl's library by name, and loads nowhere else; musl would load the one for glibc, too.
  const packages = process.platform === 'linux' ? [`${platform}-musl`, `${platform}-gnu`] : [platform];
  const fileAt = (relative: string) => fileURLToPath(new URL(`${relative}/bight_sockets.node`, here));
  const beside = fileAt('.');
  // Beside `dist`, where this file is bundled to, and above `src/binding`.
  const builds = ['../build/Release', '../../build/Release'].map(fileAt);
  const built = builds.find((file) => existsSync(file)) ?? builds[0]!;
  return [
    ...(existsSync(beside) ? [{ name: beside, file: beside }] : []),
    ...packages.map((name) => ({ name, file: name })),
    { name: built, file: built },
  ];
}

function isMissing(error: unknown): boolean {
  return Object(error).code === 'MODULE_NOT_FOUND';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
