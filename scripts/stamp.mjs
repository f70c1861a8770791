// Skips unchanged steps: a step that succeeded stores a hash of its inputs under .cache.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './packages.mjs';

/**
 * A hash of the contents of files and folders (absolute or relative to the repository; missing ones count, too).
 */
export function hashOf(...inputs) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} `);
  for (const input of inputs) addTo(hash, path.resolve(root, input));
  return hash.digest('hex');
}

/** One hash of several texts. */
export function hashOfText(...texts) {
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}

/** Whether the step's last success was with these inputs. */
export function isFresh(step, hash) {
  const file = fileOf(step);
  return existsSync(file) && readFileSync(file, 'utf8') === hash;
}

/** Records the success of a step. */
export function remember(step, hash) {
  mkdirSync(path.dirname(fileOf(step)), { recursive: true });
  writeFileSync(fileOf(step), hash);
}

/** Forgets a step, for instance because it is about to replace its output. */
export function forget(step) {
  rmSync(fileOf(step), { force: true });
}

function fileOf(step) {
  return path.join(root, '.cache', 'stamps', step);
}

function addTo(hash, file) {
  hash.update(`\0${path.relative(root, file)}\0`);
  if (!existsSync(file)) return;
  if (!statSync(file).isDirectory()) {
    hash.update(readFileSync(file));
    return;
  }
  for (const name of readdirSync(file).sort()) {
    if (name !== 'node_modules' && name !== 'dist' && name !== 'build') addTo(hash, path.join(file, name));
  }
}
