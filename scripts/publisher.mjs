// The publisher: `repository` in the root's package.json, and the values derived from it. No other file names the owner
// (test/publisher.test.ts).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './packages.mjs';

const { repository } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The address of the repository: `https://github.com/owner/name`. */
export const repositoryUrl = repository.url.replace(/^git\+|\.git$/g, '');

const [owner, name] = new URL(repositoryUrl).pathname.slice(1).split('/');

/** The URL of the documentation site. */
export const siteUrl = `https://${owner}.github.io/${name}/`;

/** The fields of a published package.json that depend on the publisher, for the package of a folder. */
export function publisherFields(folder) {
  return {
    homepage: `${siteUrl}packages/${path.basename(folder)}.html`,
    repository: { ...repository, directory: folder },
    bugs: { url: `${repositoryUrl}/issues` },
    funding: { type: 'github', url: `https://github.com/sponsors/${owner}` },
  };
}
