// Writes each package's public API, as its built declarations have it, to packages/<name>/etc/<entry>.api.md, so that a commit shows
// what it changes for users. With --check nothing is written: a report that is out of date fails.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { entryPoints, packages, root } from './packages.mjs';

const check = process.argv.includes('--check');
let stale = 0;
for (const entry of packages()) {
  for (const [subpath, source] of Object.entries(entryPoints(entry.manifest))) {
    const declarations = path.join(
      entry.directory,
      source.replace(/^src\//, 'dist/').replace(/\.ts$/, '.d.ts'),
    );
    if (existsSync(declarations)) report(entry, reportName(entry.folder, subpath), declarations);
  }
}
if (stale > 0) console.error('Run `npx pnpm@12 api` and commit what it writes.');
process.exitCode = stale > 0 ? 1 : 0;

/** `loop-testing.api.md` for the main entry point, `loop-testing.conformance.api.md` for `./conformance`. */
function reportName(folder, subpath) {
  return [folder, ...subpath.split('/').slice(1), 'api.md'].join('.');
}

function report({ directory }, name, declarations) {
  const folder = path.join(directory, 'etc');
  mkdirSync(folder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: path.join(directory, 'api-extractor.json'),
    packageJsonFullPath: path.join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: declarations,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023', 'ESNext.Disposable'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node'],
            typeRoots: [path.join(root, 'node_modules', '@types')],
            strict: true,
            skipLibCheck: true,
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: path.join(root, '.cache', 'api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
        compilerMessageReporting: { default: { logLevel: 'error' } },
      },
    },
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: (message) => {
      if (message.logLevel === 'none' || message.messageId.startsWith('console-')) message.handled = true;
    },
  });
  if (errorCount > 0) throw new Error(`${name} could not be made`);
  if (!apiReportChanged) return;
  if (check) stale += 1;
  console.log(`${check ? 'out of date' : 'wrote'}: ${path.relative(root, path.join(folder, name))}`);
}
