import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { CoreEventLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../support/debian.mjs';
import { runsWhole } from '../../support/extent.js';
import { runInLoop } from '../../support/run-in-loop.js';
import { importInGeneratorStyle } from '../support/generator-twin.js';
import type { Scenarios } from './outcome.js';
import { scopes } from './scopes.js';
import { waits } from './waits.js';

type Traces = Record<string, unknown[]>;
interface Libraries {
  versions: { trio: string; anyio: string };
  trio: Traces;
  anyio: Traces;
}

const folder = new URL('.', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Libraries;

/** trio 0.22 and anyio 3.6 of Debian 12, trio 0.29 and anyio 4.8 of Debian 13. */
const recorded = read('recorded.json');
const later = read('recorded-later.json');
/** trio's behaviour; for what only asyncio has, anyio's behaviour on asyncio. */
const expected: Traces = { ...later.anyio, ...recorded.trio };

/** Where anyio 3.6 differs from trio, and so from us. */
const differInAnyio3: Record<string, string> = {
  effective_deadlines: 'a cancelled scope still has its deadline',
  shielded_scope_has_its_own_cancel: 'a shielded scope does not end its own cancel inside of a cancelled one',
  group_start_that_is_cancelled: 'the child is no part of the scope of the caller, and start() waits for it',
  task_is_cancelled_and_then_the_scope: 'the scope catches the cancel of the task',
};

/** Where trio 0.29 differs from trio 0.22 and anyio 4.8. */
const differInLaterTrio: Record<string, string> = {
  child_under_a_scope_around_the_group:
    'a group that waits only for its children swallows the cancel by itself',
  group_start_that_is_cancelled: 'the error of a child that catches the cancel comes in a group of errors',
};

/** Where we differ from anyio: a cancel of the task is never lost. */
const ours: Traces = { scope_is_cancelled_and_then_the_task: [[true, true]] };

for (const style of ['async', 'generator'] as const) {
  describe(`written as ${style} functions`, () => {
    test.each(Object.keys(expected))('%s is as in trio', async (name) => {
      const scenario = (await inStyle(style))[name];
      if (scenario === undefined) throw new Error('there is no such scenario in scopes.ts and waits.ts');
      const notes: unknown[] = [];
      await runInLoop(CoreEventLoop, () => scenario((what) => notes.push(what)));
      expect(notes).toEqual(ours[name] ?? expected[name]);
    });
  });
}

async function inStyle(style: 'async' | 'generator'): Promise<Scenarios> {
  if (style === 'async') return { ...scopes, ...waits };
  const [scopesTwin, waitsTwin] = await Promise.all(
    ['scopes.ts', 'waits.ts'].map((file) =>
      importInGeneratorStyle<{ scopes?: Scenarios; waits?: Scenarios }>(new URL(file, folder).pathname),
    ),
  );
  return { ...scopesTwin?.scopes, ...waitsTwin?.waits };
}

describe('anyio', () => {
  test.each(Object.keys(later.anyio))('%s is in 4.8 as we have it', (name) => {
    if (name in ours) expect(later.anyio[name]).not.toEqual(ours[name]);
    else expect(later.anyio[name]).toEqual(expected[name]);
  });

  test.each(Object.keys(recorded.anyio))(
    '%s is in 3.6 as in trio, or in the list of what differs',
    (name) => {
      // This version does not say which scope has caught a cancel.
      const known = (trace: unknown) => JSON.stringify(trace).replaceAll(/null|true|false/g, 'a boolean');
      if (name in differInAnyio3) expect(recorded.anyio[name]).not.toEqual(expected[name]);
      else expect(known(recorded.anyio[name])).toBe(known(expected[name]));
    },
  );
});

test.each(Object.keys(later.trio))(
  '%s is in trio 0.29 as in 0.22, or in the list of what differs',
  (name) => {
    if (name in differInLaterTrio) expect(later.trio[name]).not.toEqual(recorded.trio[name]);
    else expect(later.trio[name]).toEqual(recorded.trio[name]);
  },
);

const python = '/usr/bin/python3';
const hasLibraries = () => existsSync(python) && spawnSync(python, ['-c', 'import anyio, trio']).status === 0;

// Installing them takes longer than `npm test` may: the recorded traces stand in where they are missing.
if (runsWhole && !hasLibraries()) {
  installDebianPackages({ 'python3-anyio': 'python3-anyio', 'python3-trio': 'python3-trio' });
}
if (hasLibraries()) {
  test('the recorded traces are those of today', () => {
    const { stdout } = spawnSync(python, [new URL('record.py', folder).pathname], { encoding: 'utf8' });
    const today = JSON.parse(stdout) as Libraries;
    const same = [recorded, later].find(({ versions }) => versions.anyio === today.versions.anyio);
    if (same === undefined) console.log('other versions than those that were recorded', today.versions);
    else expect(today).toEqual(same);
  });
}
