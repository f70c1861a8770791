import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/binding/load.js';
import * as sockets from '../../src/index.js';
import { runWithoutAddon } from '../support/child.js';

const names = Object.keys(sockets).filter((name) => /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$|^SOMAXCONN$/.test(name));
const ours = Object.fromEntries(
  names
    .filter((name) => !name.startsWith('EVENT_'))
    .map((name) => [name, Reflect.get(sockets, name) as number]),
);

describe('the constants', () => {
  test('are those that the addon was compiled with', () => {
    const { constants } = native();
    expect(Object.keys(constants).filter((name) => !(name in ours))).toEqual([]);
    for (const [name, value] of Object.entries(ours))
      expect([name, value]).toEqual([name, constants[name] ?? Number.NaN]);
  });

  test('are the same without the addon', () => {
    const { stdout } = runWithoutAddon(`
      const sockets = LOAD;
      console.log(JSON.stringify(sockets));
    `);
    const without = JSON.parse(stdout) as Record<string, number>;
    for (const [name, value] of Object.entries(ours)) expect([name, without[name]]).toEqual([name, value]);
  });

  test('are the same as in Python', () => {
    const program =
      'import json, socket, sys; print(json.dumps({n: getattr(socket, n, None) for n in json.load(sys.stdin)}))';
    const { stdout } = spawnSync('python3', ['-c', program], {
      input: JSON.stringify(Object.keys(ours)),
      encoding: 'utf8',
    });
    const python = JSON.parse(stdout) as Record<string, number | null>;
    const known = Object.entries(python).filter(([, value]) => value !== null);
    expect(known.length).toBeGreaterThan(70);
    for (const [name, value] of known) expect([name, ours[name]]).toEqual([name, value]);
  });
});
