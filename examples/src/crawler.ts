/**
 * A crawler of a local site: a queue of addresses, and a group of a few workers, which ends when every page was
 * visited.
 *
 * Without an address it serves a small site of its own on the loopback interface, and crawls that.
 */
import { createServer } from 'node:http';
import { currentTask, Queue, run, TaskGroup, wrapFuture } from 'bight';

const WORKERS = 4;

/** Fetches a page. The task's signal aborts the request when the task is cancelled. */
async function fetchPage(url: string): Promise<string> {
  const response = await wrapFuture(fetch(url, { signal: currentTask()?.signal ?? null }));
  return wrapFuture(response.text());
}

function linksOf(page: string, url: string): string[] {
  const { origin } = new URL(url);
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => new URL(link as string, url).href);
  return links.filter((link) => link.startsWith(origin));
}

/** Visits every reachable page; returns the number of links of each page. */
async function crawl(start: string): Promise<Map<string, number>> {
  const pages = new Map<string, number>();
  const seen = new Set([start]);
  const queue = new Queue<string>();
  queue.putNowait(start);

  const worker = async (): Promise<void> => {
    for await (const url of queue) {
      const links = linksOf(await fetchPage(url), url);
      pages.set(url, links.length);
      for (const link of links.filter((found) => !seen.has(found))) {
        seen.add(link);
        queue.putNowait(link);
      }
      queue.taskDone();
    }
  };

  await TaskGroup.run(async (group) => {
    for (let number = 1; number <= WORKERS; number++) group.createTask(worker, { name: `worker ${number}` });
    await queue.join();
    queue.shutdown();
  });
  return pages;
}

/** A site of 40 pages: page n links to 2n, 2n + 1, and back to the first. */
function site(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const number = Number(request.url?.slice(1));
    const links = [1, number * 2, number * 2 + 1].filter((link) => link <= 40);
    response.end(links.map((link) => `<a href="/${link}">${link}</a>`).join(' '));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ url: `http://127.0.0.1:${port}/1`, close });
    });
  });
}

const [, , address] = process.argv;
const own = address === undefined ? await site() : null;
try {
  const pages = await run(() => crawl(address ?? (own as { url: string }).url));
  const links = [...pages.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${pages.size} pages, ${links} links`);
} finally {
  own?.close();
}
