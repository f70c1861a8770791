import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

// In variables: bundlers copy what `new URL('./…', import.meta.url)` names. A CommonJS bundle has none.
const here = import.meta.url;
let place = here;
let page = null;

/**
 * The page lies beside this file.
 *
 * @param {string} file - the address of the thread's main file, which may be a bundle
 */
export function setPlaceOfPage(file) {
  place = file;
}

/** The page, and the policy that lets it run nothing but itself. */
export async function loadPage() {
  page ??= build();
  return await page;
}

async function build() {
  const { script, style } = await source();
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>bight</title>
<style>${style}</style>
</head>
<body><div id="app"></div><script type="module">${script}</script></body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { html, policy };
}

/** What the build has made; a clone of the repository, where nothing is built, has esbuild. */
async function source() {
  const built = new URL('./page.json', place);
  if (existsSync(built)) return JSON.parse(readFileSync(built, 'utf8'));
  const builder = new URL('../../scripts/build-page.mjs', here);
  const { buildPage } = await import(/* webpackIgnore: true */ builder.href);
  return await buildPage();
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
