import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Files } from './files.js';

/** The files of a folder, which is made if it does not exist. */
export async function openFolder(folder: string): Promise<Files> {
  await mkdir(folder, { recursive: true });
  const inside = (name: string) => path.join(folder, name);
  return {
    open: (name, flag) => open(inside(name), flag),
    readFile: (name) => readFile(inside(name)),
    rename: (from, to) => rename(inside(from), inside(to)),
    async syncDirectory() {
      await using handle = await open(folder, 'r');
      await handle.sync();
    },
  };
}
