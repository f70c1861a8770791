import path from 'node:path';
import { behaviours } from './behaviours.js';
import type { Package } from './workspace.js';

/** Folders that hold what tests use. */
const PARTS = /^(?:support|programs|fixtures)(?:\/|$)/;

/**
 * Where a newcomer would not look for a test. A test file stands in the folder that its source has in `src`, under the
 * source's name (`src/tasks/task.ts`: `test/tasks/task.test.ts`), which another word may follow (`task-tree.test.ts`),
 * or under the folder's (`test/tls/tls.test.ts`). What is a behaviour of several sources is listed, with a sentence, in
 * `./behaviours.ts`.
 */
export function misplacedTests(packages: readonly Package[], listed = behaviours): string[] {
  const listedIn = (folder: string) => Object.keys(listed[folder] ?? {});
  const unknown = Object.keys(listed).filter((folder) => !packages.some((entry) => entry.folder === folder));
  const wrong = packages.flatMap(({ folder, files }) => {
    const names = [...files.keys()];
    const sources = names.filter((file) => file.startsWith('src/')).map((file) => withoutEnds(file, '.ts'));
    const tests = names
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => withoutEnds(file, '.test.ts'));
    const behavioursHere = listedIn(folder);
    return [
      ...tests
        .filter((test) => !PARTS.test(test) && !behavioursHere.includes(test) && !isMirror(test, sources))
        .map((test) => `packages/${folder}/test/${test}.test.ts ${adviceFor(test, sources)}`),
      ...behavioursHere
        .filter((behaviour) => !tests.includes(behaviour) || isMirror(behaviour, sources))
        .map(
          (behaviour) => `test/support/behaviours.ts lists ${folder}: ${behaviour}, which need not be listed`,
        ),
    ];
  });
  return [
    ...unknown.map((folder) => `test/support/behaviours.ts lists ${folder}, which is no package`),
    ...wrong,
  ];
}

function withoutEnds(file: string, end: string): string {
  return file.slice(file.indexOf('/') + 1, -end.length);
}

function isMirror(test: string, sources: readonly string[]): boolean {
  const { dir, base } = path.posix.parse(test);
  const room = dir === '' ? '' : `${dir}/`;
  return sources.some((source) => {
    const isBeside = path.posix.dirname(source) === (dir === '' ? '.' : dir);
    if (isBeside && (source === test || (dir !== '' && test.startsWith(`${source}-`)))) return true;
    return (
      source.startsWith(`${room}${base}/`) || (base === path.posix.basename(dir) && source.startsWith(room))
    );
  });
}

function adviceFor(test: string, sources: readonly string[]): string {
  const name = path.posix.basename(test);
  const [source] = sources.filter((candidate) => path.posix.basename(candidate) === name);
  if (source !== undefined) return `belongs to src/${source}.ts: move it to test/${source}.test.ts`;
  return 'has the name of no source in that folder: rename it, or list its behaviour in test/support/behaviours.ts';
}
