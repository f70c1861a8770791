// Draws the few results that the root README shows, narrow enough for a phone: a bar for the cost of each contender.

const WIDTH = 460;
const MARGIN = 14;
const LABEL_WIDTH = 138;
const BAR_LEFT = MARGIN + LABEL_WIDTH;
const VALUE_WIDTH = 76;
const LINE = 23;
const TITLE_LINE = 34;
/** Higher costs get a bar that is open at its end. */
const MOST = 6;
const SCALE = (WIDTH - BAR_LEFT - VALUE_WIDTH - MARGIN) / MOST;

/** The contests with titles for readers, and the contenders that are shown, under the names of their documentation. */
export const HEADLINES = [
  {
    suite: 'scheduling',
    contest: 'callSoon, fresh context',
    title: 'Run a callback in its context',
    contenders: { asyncio: 'asyncio', uvloop: 'uvloop', setImmediate: 'setImmediate()' },
  },
  {
    suite: 'scheduling',
    contest: 'create and await a task, async',
    title: 'Start a task, and await it',
    contenders: { asyncio: 'asyncio', uvloop: 'uvloop' },
  },
  {
    suite: 'scheduling',
    contest: 'callLater and cancel',
    title: 'Set a timer, and cancel it',
    contenders: { asyncio: 'asyncio', uvloop: 'uvloop', 'setTimeout, clearTimeout': 'setTimeout()' },
  },
  {
    suite: 'contextvars',
    contest: 'context.run(fn), entered before',
    title: 'Run a function in a context',
    contenders: { 'als.run(store, fn)': 'AsyncLocalStorage' },
  },
  {
    suite: 'processes',
    contest: 'spawn true and wait, 10 at once, CPU',
    title: 'Run a program to its end, ten at once',
    contenders: { asyncio: 'asyncio', child_process: 'child_process' },
  },
  {
    suite: 'servers',
    contest: 'TCP echo, 1 KB, 100 connections',
    title: 'Echo 1 KB to each of 100 TCP connections',
    contenders: {
      asyncio: 'asyncio',
      uvloop: 'uvloop',
      node: 'node:net',
      Deno: 'Deno',
      Bun: 'Bun',
      'C epoll': 'C, bare epoll',
    },
  },
];

/**
 * Draws the headlines.
 * @param {import('./suite.mjs').Row[]} rows the results of at least these contests
 * @param {ReturnType<import('./machine.mjs').describeMachine>} machine
 * @returns {string} SVG
 */
export function drawHeadlines(rows, machine) {
  const parts = [];
  let y = 58;
  for (const headline of HEADLINES) {
    y += TITLE_LINE;
    parts.push(`<text class="title" x="${MARGIN}" y="${y - 10}">${headline.title}</text>`);
    for (const bar of barsOf(headline, rows)) {
      parts.push(drawBar(bar, y));
      y += LINE;
    }
  }
  const { node, python } = machine.versions;
  const height = y + 58;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Processor time of each, as a multiple of bight's">
<style>
text { font: 14px system-ui, sans-serif; fill: #24292f }
.head { font-size: 16px; font-weight: 700 }
.title { font-weight: 700 }
.note { font-size: 13px; fill: #57606a }
.card { fill: #fff; stroke: #d0d7de }
.bar { fill: #8c959f }
.ours { fill: #1f6f8b }
@media (prefers-color-scheme: dark) { .card { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #6e7781 } .ours { fill: #4fa3c0 } }
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="head" x="${MARGIN}" y="28">Processor time, as a multiple of bight's</text>
<text class="note" x="${MARGIN}" y="48">A shorter bar is cheaper.</text>
${parts.join('\n')}
<text class="note" x="${MARGIN}" y="${height - 34}">${machine.date}, ${machine.processors} × ${machine.processor},</text>
<text class="note" x="${MARGIN}" y="${height - 15}">Node ${node}, CPython ${python}</text>
</svg>
`;
}

function barsOf({ suite, contest, contenders }, rows) {
  const of = (contender) => {
    const row = rows.find(
      (one) => one.suite === suite && one.contest === contest && one.contender === contender,
    );
    if (row === undefined) throw new Error(`nothing was found of ${contender} in "${contest}"`);
    return row;
  };
  const ours = { name: 'bight', times: 1, value: duration(of('bight').cost), isOurs: true };
  const theirs = Object.entries(contenders).map(([contender, name]) => {
    const times = 1 / of(contender).ratio;
    return { name, times, value: `${times.toPrecision(2)} ×`, isOurs: false };
  });
  return [ours, ...theirs.sort((a, b) => a.times - b.times)];
}

function drawBar({ name, times, value, isOurs }, y) {
  const width = Math.min(times, MOST) * SCALE;
  const right = BAR_LEFT + width;
  // Bars for higher costs are cut off with a torn edge.
  const shape = `M${BAR_LEFT},${y} H${right.toFixed(1)} ${times > MOST ? 'l-6,7.5 l6,7.5' : 'v15'} H${BAR_LEFT} z`;
  return `<text x="${BAR_LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text><path class="${isOurs ? 'bar ours' : 'bar'}" d="${shape}"/><text x="${(right + 8).toFixed(1)}" y="${y + 13}">${value}</text>`;
}

function duration(nanoseconds) {
  const [divisor, unit] = nanoseconds < 1000 ? [1, 'ns'] : nanoseconds < 1e6 ? [1000, 'µs'] : [1e6, 'ms'];
  return `${Number((nanoseconds / divisor).toPrecision(2))} ${unit}`;
}
