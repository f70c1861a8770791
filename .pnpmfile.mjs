// What pnpm writes into a package.json when it packs or publishes, and the repository does not have.
import { platformDependencies } from './packages/sockets/scripts/platforms.mjs';
import { packages, root } from './scripts/packages.mjs';
import { publisherFields } from './scripts/publisher.mjs';

export const hooks = { beforePacking };

function beforePacking({ devDependencies: _, scripts: __, ...manifest }) {
  const entry = packages().find(({ name }) => name === manifest.name);
  if (entry === undefined) throw new Error(`${manifest.name} is no package of ${root}`);
  return {
    ...manifest,
    ...publisherFields(`packages/${entry.folder}`),
    // The packages with the binaries are no part of the workspace, where they would be loaded instead of what was just
    // built.
    ...(manifest.name === '@bight/sockets' && {
      optionalDependencies: platformDependencies(manifest.version),
    }),
  };
}
