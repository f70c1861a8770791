// Runs once after all test files: removes what ./compiled.ts compiled in this run.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

export default function tearDown() {
  const packages = readdirSync('packages').map((name) => path.join('packages', name));
  for (const folder of [...packages, 'test', 'examples']) {
    rmSync(path.join(folder, 'build', process.env.BIGHT_TEST_RUN), { recursive: true, force: true });
  }
}
