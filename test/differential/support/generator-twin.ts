import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inGeneratorStyle } from './generator-style.js';
import { rig } from './rig.js';

/** Imports the twin of a module in which every async function is a generator function. */
export async function importInGeneratorStyle<M>(file: string): Promise<M> {
  const target = path.join(rig, '.cache', path.relative(rig, file).replace(/\.ts$/, '.js'));
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, inGeneratorStyle(readFileSync(file, 'utf8'), file));
  return (await import(target)) as M;
}
