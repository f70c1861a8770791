import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nativeRoot } from '../../scripts/toolchain.mjs';
import { native } from '../../src/binding/load.js';
import * as tables from '../../src/engine/tables.js';
import { EVENT_READ, EVENT_WRITE } from '../../src/index.js';
import * as engine from '../../src/low-level.js';

/** The constants of C headers: the values of their enumerations, in which later ones may be made of earlier ones. */
function constantsOf(...files: string[]): Map<string, number> {
  const constants = new Map<string, number>();
  for (const file of files) {
    const text = readFileSync(path.join(nativeRoot, file), 'utf8').replaceAll(/\/\/.*$/gm, '');
    for (const [, body] of text.matchAll(/enum \{([^}]*)\}/g)) {
      for (const definition of body!.split(',')) {
        const [name, value] = definition.split('=').map((part) => part.trim());
        if (name !== undefined && value !== undefined) constants.set(name, evaluate(value, constants));
      }
    }
  }
  return constants;
}

/** Sums, products, shifts and quotients of numbers and names. */
function evaluate(expression: string, constants: Map<string, number>): number {
  const text = expression.replaceAll(/[A-Z]\w*/g, (name) => {
    const value = constants.get(name);
    if (value === undefined) throw new Error(`${name} is not defined before ${expression}`);
    return String(value);
  });
  if (!/^[\d\s()*/+<-]+$/.test(text)) throw new Error(`cannot evaluate ${expression}`);
  return Number(new Function(`return ${text}`)());
}

const header = constantsOf('address.h', 'poller.h', 'engine.h');

describe('the tables that C and JavaScript share', () => {
  const mirrored = Object.entries(tables).filter(([name]) => name !== 'ADDRESS_HEADER');

  test.each(mirrored)('%s is the same in engine.h', (name, value) => {
    expect(value).toBe(header.get(name));
  });

  test('the words before the text of an address are those of address.h', () => {
    expect(tables.ADDRESS_HEADER * 4).toBe(header.get('ADDRESS_HEADER'));
    expect(native().addressRecordLength).toBe(header.get('ADDRESS_RECORD'));
  });

  test('every word of the header, and every kind of row and mode is mirrored', () => {
    const ours = { ...tables, ...engine } as Record<string, unknown>;
    const shared = [...header.keys()].filter((name) => /^(HEADER|ROW|MODE)_/.test(name));
    // Only C has to know how long the header is, and which row is kept free.
    const missing = shared.filter((name) => !(name in ours));
    expect(missing.sort()).toEqual(['HEADER_LENGTH', 'ROW_LIMIT']);
    expect(shared.length).toBeGreaterThan(15);
  });

  test('modes and events are the same', () => {
    const { MODE_READY, MODE_STREAM, MODE_LISTEN, MODE_DATAGRAM } = engine;
    const modes = { MODE_READY, MODE_STREAM, MODE_LISTEN, MODE_DATAGRAM };
    for (const [name, value] of Object.entries(modes)) expect(value).toBe(header.get(name));
    expect([EVENT_READ, EVENT_WRITE]).toEqual([header.get('READY_READ'), header.get('READY_WRITE')]);
  });

  test('a name that a header uses before it is defined is noticed', () => {
    expect(evaluate('8 + 2 * ROW_WIDTH', header)).toBe(20);
    expect(() => evaluate('UNKNOWN + 1', header)).toThrow('UNKNOWN is not defined');
  });

  test('the two sides have one version', () => {
    const [, version] = /BINDING_VERSION = (\d+)/.exec(
      readFileSync(path.join(nativeRoot, 'bindings.h'), 'utf8'),
    )!;
    expect(native().version).toBe(Number(version));
    const load = readFileSync(path.join(nativeRoot, '..', 'src', 'binding', 'load.ts'), 'utf8');
    expect(/BINDING_VERSION = (\d+)/.exec(load)![1]).toBe(version);
  });
});
