import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  CLASSES,
  CONTEXT_VARIABLE_NAMES,
  camelCase,
  FUNCTIONS,
  HANDLE_METHODS,
  LOOP_ATTRIBUTES,
  LOOP_METHODS,
  SERVER_MEMBERS,
} from './reference.js';

const page = readFileSync(new URL('../../../docs/api-map.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('|'));

describe('docs/api-map.md', () => {
  const loopNames = [...Object.values(LOOP_METHODS).flat(), ...LOOP_ATTRIBUTES];

  test.each(loopNames)('has loop.%s with its name here and its package', (name) => {
    expect(rows).toContainEqual(row(`loop.${name}`, `loop.${camelCase(name)}`));
  });

  test.each(SERVER_MEMBERS)('has Server.%s', (name) => {
    expect(rows).toContainEqual(row(`Server.${name}`, `server.${camelCase(name)}`));
  });

  test.each(HANDLE_METHODS)('has %s', (name) => {
    expect(rows).toContainEqual(row(name, `handle.${camelCase(name.split('.')[1]!)}`));
  });

  test.each(FUNCTIONS)('has %s()', (name) => {
    expect(rows).toContainEqual(row(name, camelCase(name)));
  });

  test.each(CLASSES)('has %s', (name) => {
    expect(rows).toContainEqual(row(name, name));
  });

  test.each(Object.entries(CONTEXT_VARIABLE_NAMES))('has %s as %s', (name, here) => {
    expect(rows).toContainEqual(row(name, here));
  });
});

/** A row whose first cell begins with one name, whose second has the other, and whose third is a package. */
function row(name: string, here: string): unknown {
  return expect.stringMatching(
    new RegExp(
      `^\\| \`${escapeForRegExp(name)}(?!\\w)[^|]*\\| [^|]*${escapeForRegExp(here)}(?!\\w)[^|]*\\| \`(@bight/[a-z-]+|bight)\` *\\|$`,
    ),
  );
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.()[\]*]/g, '\\$&');
}
