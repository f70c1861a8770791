import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../../test/support/debian.mjs';
import { buildSanitized, sanitizedEnvironment } from '../scripts/sanitizers.mjs';
import { nativeRoot } from '../scripts/toolchain.mjs';
import { runProgram } from './support/child.js';

/**
 * Faults that are planted into a copy of the C code, one binary for all of them: whether the sanitizers find what they
 * are there for. Each has to be asked for by the environment variable PLANTED.
 */
const planted = [
  {
    fault: 'a write past a slab',
    file: 'engine-slabs.c',
    before: '      return i;\n',
    after: '      if (is_planted("slab")) room->data[room->length] = 1;\n      return i;\n',
    report: /AddressSanitizer: heap-buffer-overflow[\s\S]*slab_room/,
    name: 'slab',
    program: `
      const [a, b] = s.socketpair();
      engine.watch(a.fileno(), s.MODE_STREAM, s.EVENT_READ, {});
      b.send(Buffer.from('x'));
      engine.poll(1000);
    `,
  },
  {
    fault: 'a use after close',
    file: 'engine.c',
    before: '  forget(self);\n  napi_ref',
    after: '  if (!is_planted("close")) forget(self);\n  napi_ref',
    report: /AddressSanitizer: heap-use-after-free[\s\S]*engine_find/,
    name: 'close',
    program: `
      engine.close();
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      engine.stop();
    `,
  },
  {
    fault: 'a double removal',
    file: 'engine.c',
    before: '  pending_remove(&self->entry);\n',
    after: '  pending_remove(&self->entry);\n  if (is_planted("removal")) pending_remove(&self->entry);\n',
    report: /environment\.c:\d+:\d+: runtime error: member access within null pointer[\s\S]*pending_remove/,
    name: 'removal',
    program: `
      engine.close();
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    `,
  },
];

const isPlanted = `
#include <stdlib.h>
#include <string.h>
static inline bool is_planted(const char *name) {
  const char *wanted = getenv("PLANTED");
  return wanted != NULL && strcmp(wanted, name) == 0;
}
`;

let folder: string;
let binary: string;
beforeAll(() => {
  installDebianPackages({ gcc: 'gcc' });
  folder = mkdtempSync(path.join(tmpdir(), 'bight-planted-'));
  cpSync(nativeRoot, folder, { recursive: true });
  for (const { file, before, after } of planted) {
    const source = path.join(folder, file);
    const text = readFileSync(source, 'utf8');
    const isFirst = !text.includes(isPlanted);
    if (text.split(before).length !== 2) throw new Error(`${file} has no single place for the fault`);
    const faulty = text.replace(before, after);
    writeFileSync(
      source,
      isFirst ? faulty.replace('#include "engine.h"\n', `#include "engine.h"\n${isPlanted}`) : faulty,
    );
  }
  binary = buildSanitized({ name: `Planted-${process.pid}`, sources: folder });
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(binary), { recursive: true, force: true });
});

function run(program: string, name: string) {
  const text = `
    const s = LOAD;
    const engine = new s.EventEngine({ timer() {}, batchEnd() {}, error(error) { throw error; } });
    ${program}
    console.log('reached the end');
  `;
  return runProgram(text, { ...sanitizedEnvironment(binary), PLANTED: name });
}

describe('the sanitizers', () => {
  test.each(planted)('find $fault', ({ name, program, report }) => {
    const { stdout, stderr, status } = run(program, name);
    expect(stderr).toMatch(report);
    expect([stdout, status]).not.toEqual(['reached the end\n', 0]);
  });

  test.each(planted)('find nothing where $fault was not planted', ({ program }) => {
    expect(run(program, 'nothing')).toMatchObject({ stdout: 'reached the end\n', stderr: '', status: 0 });
  });
});
