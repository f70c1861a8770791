// The packages' SBOM, which npm writes (CycloneDX): every licence in it has to be a permissive one. With `node
// scripts/smoke/inventory.mjs FILE` the packages are packed and installed, and their SBOM is checked and written to the
// file.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, publicPackages } from './pack.mjs';
import { installTarballs } from './project.mjs';

/** The allowed licences of the packages and their dependencies. */
const licences = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
]);

/** npm's SBOM of a project with the packed packages. */
export function inventoryOf(project) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  return stdout;
}

/** The problems of an SBOM: licences that are unknown or not allowed, and missing packages. */
export function problemsOfInventory(text, names) {
  const { bomFormat, components } = JSON.parse(text);
  const found = new Set(components.map(({ name }) => name));
  const missing = names.filter((name) => !found.has(name)).map((name) => `${name} is not in it`);
  const licensed = components.flatMap(({ name, version, licenses = [] }) => {
    const given = licenses.map(({ license, expression }) => expression ?? license.id ?? license.name);
    const isAllowed = given.length > 0 && given.every((licence) => licences.has(licence));
    return isAllowed ? [] : [`${name}@${version} is under ${given.join(', ') || 'no licence'}`];
  });
  return [...(bomFormat === 'CycloneDX' ? [] : [`it is ${bomFormat}`]), ...missing, ...licensed];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node scripts/smoke/inventory.mjs FILE');
    process.exit(2);
  }
  process.exitCode = writeInventory(file);
}

function writeInventory(file) {
  const work = mkdtempSync(path.join(tmpdir(), 'bight-inventory-'));
  try {
    const entries = publicPackages();
    const tarballs = entries.map((entry) => pack(entry, path.join(work, 'tarballs')));
    const project = path.join(work, 'project');
    const [{ version }] = entries.map(({ manifest }) => manifest);
    installTarballs(project, tarballs, { name: 'bight-packages', version });
    const text = inventoryOf(project);
    const problems = problemsOfInventory(
      text,
      entries.map(({ name }) => name),
    );
    for (const problem of problems) console.error(problem);
    writeFileSync(file, text);
    console.log(`${file}: ${JSON.parse(text).components.length} packages`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
