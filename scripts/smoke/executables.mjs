// Single-executable applications: Node with a program in it, as a script or as a snapshot with its modules loaded.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { root } from '../packages.mjs';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const addon = path.join(root, 'packages', 'sockets', 'build', 'Release', 'bight_sockets.node');

/**
 * Makes one with a Node, and runs it alone and with the addon beside it.
 *
 * @param options - `project`, with the packed packages; `work`, a folder for the results; `tally`; the `runtime`;
 *   `postject`, the file of the program that injects a blob into Node, which Node 26 does by itself
 */
export async function checkExecutable({ project, work, tally, runtime: { name, command }, postject = null }) {
  const directory = path.join(work, 'executables', name.replace(' ', '-'));
  mkdirSync(directory, { recursive: true });
  for (const useSnapshot of [false, true]) {
    const title = `single executable on ${name}${useSnapshot ? ', as a snapshot' : ''}`;
    const file = path.join(directory, useSnapshot ? 'from-snapshot' : 'app');
    try {
      await bundle(project, path.join(directory, 'bundle.cjs'));
      make({ directory, file, command, useSnapshot, postject });
    } catch (error) {
      tally.note(title, [String(error?.stack ?? error)]);
      continue;
    }
    await tally.program(title, file, [], { cwd: directory });
    // A snapshot cannot contain the state of an addon, so such a program has none.
    if (!useSnapshot && existsSync(addon)) {
      cpSync(addon, path.join(directory, path.basename(addon)));
      await tally.program(`${title}, with the addon beside it`, file, [], {
        cwd: directory,
        env: { WITH_ADDON: '1' },
      });
      rmSync(path.join(directory, path.basename(addon)));
    }
    rmSync(file);
  }
}

async function bundle(project, outfile) {
  await build({
    entryPoints: [path.join(project, 'bundled.mjs')],
    outfile,
    format: 'cjs',
    bundle: true,
    platform: 'node',
    logLevel: 'silent',
  });
}

function make({ directory, file, command, useSnapshot, postject }) {
  const blob = path.join(directory, 'app.blob');
  const output = postject === null ? file : blob;
  const config = { main: 'bundle.cjs', output, useSnapshot, disableExperimentalSEAWarning: true };
  writeFileSync(path.join(directory, 'sea.json'), JSON.stringify(config));
  const flag = postject === null ? '--build-sea' : '--experimental-sea-config';
  execute(command, ['--no-warnings', flag, 'sea.json'], directory);
  if (postject === null) return;
  cpSync(command, file, { dereference: true });
  execute(process.execPath, [postject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], directory);
}

function execute(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')}: ${stdout}${stderr}`);
}
