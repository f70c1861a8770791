import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { platformDependencies, platforms, writePlatformPackage } from '../../scripts/platforms.mjs';
import { packageRoot } from '../../scripts/toolchain.mjs';

const manifest = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));

test('every platform package has a system and the same version, and the packed package depends on it', () => {
  for (const [name, { os, cpu, libc }] of Object.entries(platforms)) {
    const directory = mkdtempSync(path.join(tmpdir(), 'bight-platform-'));
    try {
      writePlatformPackage(name, directory);
      expect(readdirSync(directory).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
      const written = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
      expect(written).toMatchObject({
        os: [os],
        cpu: [cpu],
        version: manifest.version,
        main: './bight_sockets.node',
      });
      expect(written.libc).toEqual(libc === undefined ? undefined : [libc]);
      expect(platformDependencies(manifest.version)[written.name]).toBe(manifest.version);
      expect(name).toBe(
        [os, cpu, libc === 'glibc' ? 'gnu' : libc].filter((part) => part !== undefined).join('-'),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
});

test('the workspace does not depend on them: their binaries would replace the one just built', () => {
  expect(manifest.optionalDependencies).toBe(undefined);
});

test('what is packed depends on them', async () => {
  const { hooks } = await import(pathToFileURL(path.join(packageRoot, '..', '..', '.pnpmfile.mjs')).href);
  expect(hooks.beforePacking(manifest).optionalDependencies).toEqual(platformDependencies(manifest.version));
});
