// Bundles the page: one script and one style, which the inspector serves without asking any other server for anything.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The script and the style of the page. */
export async function buildPage() {
  const { build } = await import('esbuild');
  const entry = fileURLToPath(new URL('../page/page.tsx', import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'inline',
    logLevel: 'warning',
  });
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
  const uplot = createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css');
  const styles = [uplot, fileURLToPath(new URL('../page/page.css', import.meta.url))];
  const style = (await Promise.all(styles.map((file) => readFile(file, 'utf8')))).join('\n');
  return { script, style };
}
