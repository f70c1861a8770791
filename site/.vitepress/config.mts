import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { packages, root } from '../../scripts/packages.mjs';
import { repositoryUrl, siteUrl } from '../../scripts/publisher.mjs';
import { pagesOfRepository, titleOf, version } from '../pages.mjs';
import { addressInPlayground } from '../playground/address.mjs';

const sidebarOfReference = path.join(root, 'site/.pages/reference/typedoc-sidebar.json');
// Folding groups are buttons within buttons, which screen readers cannot distinguish.
const unfolded = (key: string, value: unknown) => (key === 'collapsed' ? undefined : value);
const reference = existsSync(sidebarOfReference)
  ? JSON.parse(readFileSync(sidebarOfReference, 'utf8'), unfolded)
  : [];

const base = new URL(siteUrl).pathname;

/** The pages of a folder of the site, by their titles. */
function pagesIn(folder: string) {
  return [...pagesOfRepository()]
    .filter(([, page]) => path.posix.dirname(page) === `/${folder}`)
    .map(([file, link]) => ({ text: titleOf(readFileSync(path.join(root, file), 'utf8')), link }));
}

const guide = [
  {
    text: 'Begin',
    items: [
      { text: 'Coming from Python', link: '/from-asyncio' },
      { text: 'Coming from Node', link: '/from-node' },
      { text: 'Author of a framework', link: '/custom-loops' },
      { text: 'Playground', link: '/playground' },
    ],
  },
  {
    text: 'Learn',
    items: [
      { text: 'Cancellation', link: '/cancellation' },
      { text: 'Cookbook', link: '/cookbook' },
      { text: 'Examples', link: '/examples' },
      { text: 'Find bugs in Raft', link: '/raft' },
      ...moreGuides(),
    ],
  },
  {
    text: 'Decide',
    items: [
      { text: 'Comparison', link: '/comparison' },
      { text: 'Is it ready for production?', link: '/production' },
      { text: 'What a version promises', link: '/versions' },
      { text: 'What is supported', link: '/support' },
      { text: 'Sizes', link: '/sizes' },
      { text: 'Security', link: '/security' },
    ],
  },
  {
    text: 'Look up',
    items: [
      { text: "asyncio's names, and ours", link: '/api-map' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'Reference', link: '/reference/' },
    ],
  },
  {
    text: 'Packages',
    items: packages().map(({ name, folder }) => ({ text: name, link: `/packages/${folder}` })),
  },
  { text: 'Examples', items: pagesIn('examples') },
  { text: 'Benchmarks', items: pagesIn('benchmarks') },
  {
    text: 'How it is built',
    items: [
      { text: 'Design', link: '/design' },
      { text: 'Undocumented parts of Node', link: '/node-internals' },
      { text: 'Contributing', link: '/contributing' },
      { text: 'Releasing', link: '/releasing' },
      { text: 'Decisions', link: pagesIn('decisions')[0]!.link },
    ],
  },
];

/** Guides that are not listed above, so that a new page in docs/ appears without a change here. */
function moreGuides() {
  const listed = `api-map cancellation comparison cookbook custom-loops design from-asyncio from-node glossary
    node-internals production raft releasing sizes support versions`;
  const named = new Set(listed.split(/\s+/));
  return readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && !named.has(file.slice(0, -3)))
    .map((file) => ({
      text: titleOf(readFileSync(path.join(root, 'docs', file), 'utf8')),
      link: `/${file.slice(0, -3)}`,
    }));
}

export default defineConfig({
  title: 'bight',
  description: "Python's asyncio event loop and contextvars, for TypeScript on Node.js",
  lang: 'en',
  base,
  srcDir: '.pages',
  outDir: 'dist',
  cacheDir: '.cache',
  lastUpdated: false,
  head: [
    ['meta', { name: 'theme-color', content: '#1f6f8b' }],
    ['link', { rel: 'icon', href: 'data:,' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (md) => {
      const { fence } = md.renderer.rules;
      md.renderer.rules.fence = (tokens, at, options, env, self) => {
        const html = fence!(tokens, at, options, env, self);
        const { info, content } = tokens[at]!;
        const address = info.trim() === 'ts' ? addressInPlayground(content) : null;
        return address === null
          ? html
          : `${html}<p><a class="in-playground" href="${base}${address.slice(1)}">Open in the playground</a></p>`;
      };
    },
  },
  vue: { template: { compilerOptions: { whitespace: 'preserve' } } },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    search: { provider: 'local', options: { detailedView: true } },
    nav: [
      { text: 'Guide', link: '/from-asyncio' },
      { text: 'Playground', link: '/playground' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Benchmarks', link: '/benchmarks/servers' },
      {
        text: version === '0.0.0' ? 'next' : version,
        items: [{ text: 'All versions', link: `${repositoryUrl}/releases` }],
      },
    ],
    sidebar: {
      '/decisions/': [{ text: 'Decisions', items: pagesIn('decisions') }],
      '/reference/': [{ text: 'Reference', link: '/reference/', items: reference }],
      '/': guide,
    },
    socialLinks: [{ icon: 'github', link: repositoryUrl }],
    outline: [2, 3],
    footer: { message: 'MIT licence' },
  },
});
