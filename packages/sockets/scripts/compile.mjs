// Compiles the addon with one call of a compiler, without node-gyp: for other platforms than this one, and with
// sanitizers.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { nativeRoot, nodeDirectory, sourcesOf } from './toolchain.mjs';

/**
 * @param {{ compiler: string, platform: string, output: string, flags: string[], sources?: string }} options `platform`
 *   as in `process.platform`; `flags` come before the sources, which are in the folder `sources`, by default the
 *   package's
 */
export function compile({ compiler, platform, output, flags, sources = nativeRoot }) {
  const headers = nodeDirectory();
  if (headers === null)
    throw new Error("Node's headers were not found: set npm_config_nodedir to their prefix");
  mkdirSync(path.dirname(output), { recursive: true });
  const args = [
    '-std=c11',
    '-D_GNU_SOURCE',
    '-DNAPI_VERSION=8',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fPIC',
    '-fvisibility=hidden',
    `-I${path.join(headers, 'include', 'node')}`,
    ...flags,
    ...sourcesOf(platform).map((file) => path.join(sources, path.basename(file))),
    '-o',
    output,
  ];
  const { status, error } = spawnSync(compiler, args, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${compiler} failed`);
}
