import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { CoreEventLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../support/debian.mjs';
import { runsWhole } from '../../support/extent.js';
import { runInLoop } from '../../support/run-in-loop.js';
import { scenarios } from './scenarios.js';

type Traces = Record<string, unknown[]>;

const folder = new URL('.', import.meta.url);
const recorded = JSON.parse(readFileSync(new URL('recorded.json', folder), 'utf8')) as {
  trio: Traces;
  anyio: Traces;
};

/** Where anyio (3.6, on asyncio) does something else than trio, and so than we do. */
const differ: Record<string, string> = {
  effective_deadlines: 'a cancelled scope has its deadline still',
  shielded_scope_has_its_own_cancel: 'a shielded scope does not end its own cancel inside of a cancelled one',
  group_start_that_is_cancelled: 'the child is no part of the scope of the caller, and start() waits for it',
};

test.each(Object.keys(recorded.trio))('%s is as in trio', async (name) => {
  const notes: unknown[] = [];
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error('there is no such scenario in scenarios.ts');
  await runInLoop(CoreEventLoop, () => scenario((what) => notes.push(what)));
  expect(notes).toEqual(recorded.trio[name]);
});

describe('anyio', () => {
  test.each(Object.keys(recorded.anyio))('%s is as in trio, or in the list of what differs', (name) => {
    // The version that Debian packages does not say which scope has caught a cancel.
    const known = (text: string) => text.replaceAll(/null|true|false/g, 'a boolean');
    const [trio, anyio] = [recorded.trio, recorded.anyio].map((traces) => JSON.stringify(traces[name]));
    if (name in differ) expect(anyio).not.toBe(trio);
    else expect(known(anyio as string)).toBe(known(trio as string));
  });
});

const python = '/usr/bin/python3';
const hasLibraries = () => existsSync(python) && spawnSync(python, ['-c', 'import anyio, trio']).status === 0;

// To install them takes longer than `npm test` may: there the recorded traces stand in where they are missing.
if (runsWhole && !hasLibraries()) {
  installDebianPackages({ 'python3-anyio': 'python3-anyio', 'python3-trio': 'python3-trio' });
}
if (hasLibraries()) {
  test('the recorded traces are those of today', () => {
    const { stdout } = spawnSync(python, [new URL('scopes.py', folder).pathname], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(recorded);
  });
}
