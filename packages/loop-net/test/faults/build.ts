import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { repository } from '../../../../test/support/workspace.js';

// Inside of the package, so that the program finds the addon.
const cache = path.join(repository, 'packages', 'loop-net', '.cache');
const source = path.join(repository, 'packages', 'loop-net', 'test', 'faults');

/** What the tests need: the shim, and the program in one file that starts quickly. */
export interface Built {
  readonly shim: string;
  readonly program: string;
  readonly folder: string;
}

/** Compiles both, into a new folder that the caller removes; takes about a second. */
export async function buildFaultPrograms(): Promise<Built> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'faults-'));
  const shim = path.join(folder, 'shim.so');
  const { status, stderr } = spawnSync(
    'gcc',
    ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', shim, path.join(source, 'shim.c'), '-ldl'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`gcc could not compile the shim: ${stderr}`);
  const program = path.join(folder, 'program.mjs');
  buildSync({
    entryPoints: [path.join(source, 'program.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    conditions: ['bight-source'],
    external: ['@bight/sockets', '@bight/sockets/*'],
    logLevel: 'error',
  });
  return { shim, program, folder };
}
