import { escapeControls, type TaskSnapshot } from '@bight/loop-core/low-level';
import colors from 'picocolors';
import { withTarget } from './connect.js';
import { print, printPart } from './print.js';
import { cut, tableOf } from './table.js';
import type { TargetLoop } from './target.js';
import { type PagedLoop, readLoops } from './task-pages.js';
import { formatTree, titleOf, treeOf } from './tree.js';
import { parseCount, parsePid } from './usage-error.js';

/** Whether results are wanted as JSON. */
export interface JsonOption {
  /** As JSON. */
  readonly json?: boolean;
}

/** Which tasks are listed. */
export interface ListOptions extends JsonOption {
  /** At most this many of each loop; by default what fits on a screen or in memory, see each command. */
  readonly limit?: unknown;
}

const MOST_IN_TABLE = 1000;
const MOST_IN_TREE = 10_000;
const HEAD = ['ID', 'NAME', 'STATE', 'COROUTINE', 'AWAITED BY'];

/** Lists the tasks of a process: as JSON all of them, as a table the first thousand, unless `limit` says otherwise. */
export async function ps(pid: unknown, { json, limit }: ListOptions): Promise<number> {
  const number = parsePid(pid);
  const most = parseLimit(limit, json ? Number.POSITIVE_INFINITY : MOST_IN_TABLE);
  return await withTarget(number, async (target) => {
    const loops = await readLoops(target, most);
    await (json ? printJson(number, loops) : printTables(loops));
    return 0;
  });
}

function parseLimit(limit: unknown, otherwise: number): number {
  return limit === undefined ? otherwise : parseCount(limit, 'limit');
}

/** `{ pid, loops: [{ id, blockedFor, tasks }] }`, without ever having all tasks. */
async function printJson(pid: number, loops: readonly PagedLoop[]): Promise<void> {
  let before = `{"pid":${pid},"loops":[`;
  for (const { loop, pages } of loops) {
    const { id, blockedFor, blockedStack } = loop;
    const head = JSON.stringify({ id, blockedFor, ...(blockedStack ? { blockedStack } : undefined) });
    before += `${head.slice(0, -1)},"tasks":[`;
    const more = await eachPage(pages(), async (tasks, isFirst) => {
      await printPart(`${before}${isFirst ? '' : ','}${JSON.stringify(tasks).slice(1, -1)}`);
      before = '';
    });
    before += `]${more > 0 ? `,"more":${more}` : ''}}${loop === loops.at(-1)?.loop ? '' : ','}`;
  }
  await printPart(`${before}]}\n`);
}

async function printTables(loops: readonly PagedLoop[]): Promise<void> {
  for (const { loop, pages } of loops) {
    print(headingOf(loop));
    const table = tableOf(HEAD, loop.tasks.map(rowOf));
    print(table.head);
    const more = await eachPage(pages(), async (tasks) => await printPart(table.format(tasks.map(rowOf))));
    printMore(more);
  }
}

/** Calls back with each page. @returns how many tasks there are behind the last one */
async function eachPage(
  pages: AsyncGenerator<readonly TaskSnapshot[], number>,
  body: (tasks: readonly TaskSnapshot[], isFirst: boolean) => Promise<void>,
): Promise<number> {
  let page = await pages.next();
  for (let isFirst = true; !page.done; isFirst = false) {
    await body(page.value, isFirst);
    page = await pages.next();
  }
  return page.value;
}

function rowOf({ id, name, state, coroutine, awaitedBy }: TaskSnapshot): string[] {
  return [String(id), name, state, `${coroutine}()`, awaitedBy.join(' ')].map(escapeControls);
}

/** Shows the tasks of a process as a tree, below each those that it awaits: the first ten thousand, or `limit`. */
export async function pstree(pid: unknown, { json, limit }: ListOptions): Promise<number> {
  const number = parsePid(pid);
  const most = parseLimit(limit, MOST_IN_TREE);
  return await withTarget(number, async (target) => {
    const loops = [];
    for (const { loop, pages } of await readLoops(target, most)) {
      const tasks: TaskSnapshot[] = [];
      const more = await eachPage(pages(), async (page) => {
        for (const task of page) tasks.push(task);
      });
      loops.push({ loop, roots: treeOf(tasks), more });
    }
    if (json) {
      const data = loops.map(({ loop: { id, blockedFor }, roots, more }) => {
        return { id, blockedFor, roots, ...(more > 0 ? { more } : undefined) };
      });
      await printPart(`${JSON.stringify({ pid: number, loops: data })}\n`);
      return 0;
    }
    for (const { loop, roots, more } of loops) {
      print(headingOf(loop));
      for (const line of formatTree(roots, titleOf)) await printPart(`${cut(line)}\n`);
      printMore(more);
    }
    return 0;
  });
}

function headingOf(loop: TargetLoop): string {
  const blocked = loop.blockedFor > 0 ? colors.red(` blocked for ${loop.blockedFor.toFixed(1)} s`) : '';
  const stack = (loop.blockedStack ?? []).map((line) => `\n    at ${escapeControls(line)}`).join('');
  return colors.bold(`${loop.name} ${loop.id}`) + blocked + stack;
}

function printMore(more: number): void {
  if (more > 0) print(cut(`… ${more.toLocaleString('en')} more tasks: --limit says how many are listed`));
}
