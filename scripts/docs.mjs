// `pnpm run docs`: the reference of every package, made by TypeDoc from the doc comments, in docs/reference (not committed). Any
// warning fails: a link that leads nowhere, a parameter that does not exist, a type that users meet but cannot import.
// With --check nothing is written.
import path from 'node:path';
import { Application, LogLevel, OptionDefaults, ReflectionKind } from 'typedoc';
import { entryPoints, packages, root } from './packages.mjs';

/** Types that are not exported on purpose: those of the constants that they are named after, and what only our own classes implement. */
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

/** What is imported, by its source file: `@bight/loop-abstract/validate`. */
const names = new Map(
  packages().flatMap(({ name, directory, manifest }) =>
    Object.entries(entryPoints(manifest)).map(([subpath, source]) => [
      path.join(directory, source),
      name + subpath.slice(1),
    ]),
  ),
);

const application = await Application.bootstrap({
  name: 'bight',
  entryPoints: [...names.keys()],
  tsconfig: path.join(root, 'tsconfig.docs.json'),
  projectDocuments: ['from-asyncio.md', 'api-map.md', 'from-node.md'].map((page) =>
    path.join(root, 'docs', page),
  ),
  readme: 'none',
  out: path.join(root, 'docs', 'reference'),
  blockTags: [...OptionDefaults.blockTags, '@python'],
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  githubPages: false,
  logLevel: LogLevel.Warn,
});

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
process.exitCode = project === undefined || errorCount + warningCount > 0 ? 1 : 0;

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
