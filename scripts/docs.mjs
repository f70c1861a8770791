// `pnpm run docs`: TypeDoc writes the reference of every package from the doc comments to docs/reference (not
// committed). Any warning fails: a broken link, a parameter that does not exist, a type that users meet but cannot
// import. With --check nothing is written, and the last line is `N passed, N failed`. With --site FOLDER the reference
// becomes pages of the documentation site in that folder. Then the site's own TypeDoc and plug-ins are used, since a
// plug-in works only with the copy of TypeDoc that it imports.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { entryPoints, packages, root } from './packages.mjs';

const at = process.argv.indexOf('--site');
const pages = at === -1 ? null : path.resolve(process.argv[at + 1]);
const { resolve } = createRequire(path.join(root, pages === null ? 'package.json' : 'site/package.json'));
const { Application, LogLevel, OptionDefaults, ReflectionKind } = await import(
  pathToFileURL(resolve('typedoc')).href
);

/**
 * Types that are not exported on purpose: those of constants with the same name, and interfaces that only our own
 * classes implement.
 */
const notExported = {
  bight: ['EventLoopConstructor'],
  '@bight/contextvars': [
    'KeyErrorClass',
    'LookupErrorClass',
    'RunContext',
    'RuntimeErrorClass',
    'ValueErrorClass',
  ],
  '@bight/loop-core': ['Awaited', 'HasCallbacks', 'ResultOfCall', 'Runnable'],
  '@bight/loop-net': ['UserSelector'],
  '@bight/loop-signals': ['Next'],
  '@bight/loop-testing': [
    'AnyClass',
    'FEATURES',
    'FlowControlled',
    'LimiterLike',
    'MODES',
    'PoolLike',
    'ProcessLike',
    'QueueLike',
    'ReaderLike',
    'ReceiverLike',
    'Releasable',
    'SenderLike',
    'Serve',
    'ServerLike',
    'SignalsLike',
    'Waitable',
    'World',
    'WriterLike',
    'WriterMadeByHand',
  ],
  '@bight/sockets': ['SelectorConstructor'],
};

/** The names of entry points, such as `@bight/loop-abstract/validate`, by their source files. */
const names = new Map(
  packages().flatMap(({ name, directory, manifest }) =>
    Object.entries(entryPoints(manifest)).map(([subpath, source]) => [
      path.join(directory, source),
      name + subpath.slice(1),
    ]),
  ),
);

const asHtml = {
  projectDocuments: ['from-asyncio.md', 'api-map.md', 'from-node.md'].map((page) =>
    path.join(root, 'docs', page),
  ),
  out: path.join(root, 'docs', 'reference'),
};

const asPages = (folder) => ({
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'].map((name) => resolve(name)),
  out: folder,
  docsRoot: path.dirname(folder),
  // One page for each entry point, some twenty; every exported name is a heading.
  outputFileStrategy: 'modules',
  hideBreadcrumbs: true,
  sanitizeComments: true,
  parametersFormat: 'table',
  propertiesFormat: 'table',
});

const options = {
  name: 'bight',
  entryPoints: [...names.keys()],
  tsconfig: path.join(root, 'tsconfig.docs.json'),
  // A faster compiler checks the types separately.
  skipErrorChecking: true,
  readme: 'none',
  blockTags: [...OptionDefaults.blockTags, '@python'],
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  githubPages: false,
  logLevel: LogLevel.Warn,
  ...(pages === null ? asHtml : asPages(pages)),
};
const application = await (pages === null
  ? Application.bootstrap(options)
  : Application.bootstrapWithPlugins(options));

const project = await application.convert();
if (project !== undefined) {
  for (const module of project.children ?? []) {
    module.name = names.get(project.getSymbolIdFromReflection(module)?.fileName) ?? module.name;
  }
  hideInternals(project);
  validate(project);
  if (!process.argv.includes('--check')) await application.generateOutputs(project);
}
const { errorCount, warningCount } = application.logger;
console.log(`reference of ${names.size} entry points: ${errorCount} errors, ${warningCount} warnings`);
const isGood = project !== undefined && errorCount + warningCount === 0;
if (process.argv.includes('--check')) console.log(isGood ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = isGood ? 0 : 1;

/** Members that are keyed by a symbol of a package's `internals.ts` are not for users. */
function hideInternals(project) {
  const members = project.getReflectionsByKind(ReflectionKind.ClassMember | ReflectionKind.Accessor);
  for (const member of members) if (/^\[k[A-Z]/.test(member.name)) project.removeReflection(member);
}

/** TypeDoc looks for types that are not exported only in the package that the project is called after. */
function validate(project) {
  application.validate(project);
  application.options.setValue('validation', { notExported: true, invalidLink: false, invalidPath: false });
  for (const { name } of packages()) {
    project.packageName = name;
    application.options.setValue('intentionallyNotExported', notExported[name] ?? []);
    application.validate(project);
  }
}
