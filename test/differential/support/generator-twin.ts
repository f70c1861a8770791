import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inGeneratorStyle } from './generator-style.js';
import { rig } from './rig.js';

/** Imports the twin of a module in which every async function is a generator function. */
export async function importInGeneratorStyle<M>(file: string): Promise<M> {
  const target = path.join(rig, '.cache', path.relative(rig, file));
  const text = withAbsoluteImports(inGeneratorStyle(readFileSync(file, 'utf8'), file), path.dirname(file));
  // Another run of these tests may be reading it.
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(`${target}.${process.pid}`, text);
    renameSync(`${target}.${process.pid}`, target);
  }
  return (await import(target)) as M;
}

/** The twin lies in another folder; what it imports is the original. */
function withAbsoluteImports(text: string, folder: string): string {
  return text.replace(/(?<=\bfrom ')\.\.?\/[^']*(?=';$)/gm, (specifier) =>
    path.resolve(folder, specifier.replace(/\.js$/, '.ts')),
  );
}
