import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder; it is removed when the tests of the file are over, however they end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-test-'));
  folders.push(folder);
  return folder;
}
