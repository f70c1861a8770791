import { readdirSync } from 'node:fs';
import path from 'node:path';
import { repository } from './workspace.js';

/** Folders with what tools made, or copied from elsewhere. */
const MADE = new Set(['build', 'dist', 'node_modules', 'prebuilds', 'recorded', 'reference', 'results']);

/** The files of a folder that this project wrote and whose names match, as paths in the repository. */
export function ownFiles(names: RegExp, folder = ''): string[] {
  return readdirSync(path.join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return names.test(entry.name) ? [file] : [];
    return entry.name.startsWith('.') || MADE.has(entry.name) ? [] : ownFiles(names, file);
  });
}
