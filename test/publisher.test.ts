import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { readPackages, repository } from './support/workspace.js';

const load = (file: string) => import(pathToFileURL(path.join(repository, file)).href);
const { url } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')).repository;
const address = url.replace(/^git\+|\.git$/g, '');

test.each(readPackages())('the packed $folder names its repository', async ({ folder }) => {
  const { hooks } = await load('.pnpmfile.mjs');
  const file = path.join(repository, 'packages', folder, 'package.json');
  const packed = hooks.beforePacking(JSON.parse(readFileSync(file, 'utf8')));
  expect(packed).toMatchObject({
    repository: { type: 'git', url, directory: `packages/${folder}` },
    bugs: { url: `${address}/issues` },
  });
  expect(packed.homepage).toMatch(new RegExp(`^https://.*/packages/${folder}\\.html$`));
  expect(packed.funding.url).toMatch(/^https:\/\//);
  expect(packed).not.toHaveProperty('devDependencies');
  expect(packed).not.toHaveProperty('scripts');
});

test('the owner of the repository is named in package.json, and nowhere else', () => {
  const [owner] = new URL(address).pathname.slice(1).split('/');
  const files = [
    ...['.github', '.ci/run', 'docs', 'examples/src', 'packages', 'scripts', 'site'].flatMap(filesIn),
    ...readdirSync(repository).filter((name) => /\.(md|mjs|yaml|json)$/.test(name)),
  ];
  const naming = files.filter((file) => readFileSync(path.join(repository, file), 'utf8').includes(owner!));
  expect(naming).toEqual(['package.json']);
});

/** The texts that are written by hand, below a folder of the repository. */
function filesIn(name: string): string[] {
  if (statSync(path.join(repository, name)).isFile()) return [name];
  return readdirSync(path.join(repository, name), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|build|prebuilds|native|reference|\.[a-z]+)$/.test(entry.name)) return [];
    const file = path.posix.join(name, entry.name);
    if (entry.isDirectory()) return filesIn(file);
    return /\.(md|mjs|mts|js|ts|json|ya?ml|vue)$/.test(entry.name) ? [file] : [];
  });
}

test('the lockfile has the hash of the hooks that pack: a frozen installation refuses another one', () => {
  const text = readFileSync(path.join(repository, '.pnpmfile.mjs'));
  const hash = createHash('sha256').update(text).digest('base64');
  const lockfile = readFileSync(path.join(repository, 'pnpm-lock.yaml'), 'utf8');
  expect(/^pnpmfileChecksum: (\S+)$/m.exec(lockfile)?.[1]).toBe(`sha256-${hash}`);
});
