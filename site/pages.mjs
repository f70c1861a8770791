// The files of the repository that are pages of the site, and their addresses. Links between them become links of the
// site; links to other files lead to the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packages, root } from '../scripts/packages.mjs';
import { repositoryUrl } from '../scripts/publisher.mjs';

/** The version of the pages. */
export const { version } = JSON.parse(
  readFileSync(path.join(root, 'packages', 'bight', 'package.json'), 'utf8'),
);

/** The pages of the repository, by file: `docs/design.md` is at `/design`. */
export function pagesOfRepository() {
  const found = new Map([
    ['README.md', '/'],
    ['CONTRIBUTING.md', '/contributing'],
    ['SECURITY.md', '/security'],
    ['CODE_OF_CONDUCT.md', '/code-of-conduct'],
    ['examples/README.md', '/examples'],
  ]);
  const examples = path.join(root, 'examples', 'src');
  for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )) {
    if (existsSync(path.join(examples, name, 'README.md')))
      found.set(`examples/src/${name}/README.md`, `/examples/${name}`);
  }
  for (const folder of ['', 'decisions', 'benchmarks']) {
    for (const file of readdirSync(path.join(root, 'docs', folder))) {
      if (!file.endsWith('.md') || file.startsWith('000-')) continue;
      found.set(path.posix.join('docs', folder, file), path.posix.join('/', folder, file.slice(0, -3)));
    }
  }
  for (const { folder } of packages()) found.set(`packages/${folder}/README.md`, `/packages/${folder}`);
  return found;
}

/** A page's text with the links of the site. */
export function withLinksOfSite(text, file, pages) {
  const folder = path.posix.dirname(file);
  return text.replace(/\]\(([^)\s]+)\)/g, (whole, link) => {
    if (/^[a-z]+:|^#|^\//.test(link)) return whole;
    const [, to, hash = ''] = /^([^#]*)(#.*)?$/.exec(link);
    const target = path.posix.normalize(path.posix.join(folder, to)).replace(/\/$/, '');
    const page = pages.get(target) ?? pages.get(`${target}/README.md`);
    if (page !== undefined) return `](${page}${hash})`;
    if (/\.(svg|png)$/.test(target)) return `](/${path.posix.basename(target)})`;
    return `](${repositoryUrl}/blob/main/${target}${hash})`;
  });
}

/** The title of a page: its first heading. */
export function titleOf(text) {
  return /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? '';
}
