// Reports of the public API of built packages, one per entry point, which API Extractor makes from their declarations.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

/**
 * Writes the reports of entry points into a folder, and removes those of entry points that are gone.
 *
 * @param entries - of each: `name` of the report, `directory` of its package, and the file of its `declarations`
 * @param options - `folder` of the reports; `scratch`, a folder for temporary files; `typeRoots`; with `check` nothing
 *   is written
 * @returns the names of the reports that changed, or would change
 */
export function updateReports(entries, { folder, scratch, typeRoots, check }) {
  const configs = entries.map((entry) => configOf(entry, { scratch, typeRoots }));
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: entries.map(({ declarations }) => declarations),
  });
  mkdirSync(folder, { recursive: true });
  mkdirSync(scratch, { recursive: true });
  const changed = entries.flatMap(({ name }, index) => {
    extract(name, configs[index], compilerState);
    const report = readFileSync(path.join(scratch, `${name}.public.api.md`), 'utf8');
    const file = path.join(folder, `${name}.api.md`);
    if (existsSync(file) && readFileSync(file, 'utf8') === report) return [];
    if (!check) writeFileSync(file, report);
    return [name];
  });
  const known = new Set(entries.map(({ name }) => `${name}.api.md`));
  const gone = readdirSync(folder).filter((file) => file.endsWith('.api.md') && !known.has(file));
  if (!check) for (const file of gone) rmSync(path.join(folder, file));
  return [...changed, ...gone.map((file) => file.replace(/\.api\.md$/, ''))];
}

function configOf({ name, directory, declarations }, { scratch, typeRoots }) {
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    types: ['node'],
    typeRoots,
    strict: true,
    skipLibCheck: true,
  };
  return ExtractorConfig.prepare({
    configObjectFullPath: path.join(directory, 'api-extractor.json'),
    packageJsonFullPath: path.join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      apiReport: {
        enabled: true,
        // Without members that are marked as internal.
        reportVariants: ['public'],
        reportFileName: name,
        reportFolder: scratch,
        reportTempFolder: scratch,
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
}

function extract(name, config, compilerState) {
  const problems = [];
  const { errorCount } = Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === 'error') problems.push(message.formatMessageWithLocation(undefined));
      message.handled = true;
    },
  });
  if (errorCount > 0) throw new Error([`no report of ${name} could be made`, ...problems].join('\n'));
}
