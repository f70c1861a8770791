// Collects the pages of the site in site/.pages: those of the repository, those that only the site has, and llms.txt.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../scripts/packages.mjs';
import { repositoryUrl, siteUrl } from '../scripts/publisher.mjs';
import { pagesOfRepository, titleOf, withLinksOfSite } from './pages.mjs';

const PICTURES = ['docs', 'docs/benchmarks'].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.svg'))
    .map((name) => path.join(folder, name)),
);

const site = path.join(root, 'site');
export const assembled = path.join(site, '.pages');

export function assemble() {
  rmSync(assembled, { recursive: true, force: true });
  cpSync(path.join(site, 'pages'), assembled, { recursive: true });
  const pictures = path.join(assembled, 'public');
  mkdirSync(pictures, { recursive: true });
  for (const picture of PICTURES) {
    cpSync(path.join(root, picture), path.join(pictures, path.basename(picture)));
  }
  const pages = pagesOfRepository();
  const read = [];
  for (const [file, page] of pages) {
    // The site has a front page of its own.
    if (page === '/') continue;
    const text = withLinksOfSite(readFileSync(path.join(root, file), 'utf8'), file, pages);
    const to = path.join(assembled, `${page}.md`);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, text);
    read.push({ page, title: titleOf(text), text });
  }
  writeFileSync(path.join(pictures, 'llms.txt'), listForModels(read));
  writeFileSync(path.join(pictures, 'llms-full.txt'), read.map(({ text }) => text).join('\n\n'));
}

/** The list of pages for language models, in the form of llmstxt.org. */
function listForModels(read) {
  const entry = ({ page, title, text }) => `- [${title}](${addressOf(page)}): ${firstSentence(text)}`;
  const guides = read.filter(({ page }) => !/^\/(decisions|benchmarks|packages)\//.test(page));
  const part = (folder) => read.filter(({ page }) => page.startsWith(`/${folder}/`)).map(entry);
  return [
    '# bight',
    '',
    "> Python's asyncio event loop and contextvars, for TypeScript on Node.js. Names are asyncio's in camelCase, times are seconds, coroutine arguments are functions.",
    '',
    `The sources are at ${repositoryUrl}. The text of all pages is in [llms-full.txt](${siteUrl}llms-full.txt).`,
    '',
    '## Guides',
    '',
    ...guides.map(entry),
    '',
    '## Packages',
    '',
    ...part('packages'),
    '',
    '## Optional',
    '',
    ...part('benchmarks'),
    ...part('decisions'),
    '',
  ].join('\n');
}

function addressOf(page) {
  return new URL(`.${page}.html`, siteUrl).href;
}

function firstSentence(text) {
  const paragraph = text.split(/\n\n+/).find((part) => /^[A-Za-z`*]/.test(part)) ?? '';
  return paragraph
    .replace(/\s+/g, ' ')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split(/(?<=\.)\s/)[0]
    .replace(/:$/, '.');
}
