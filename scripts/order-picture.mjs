// `node scripts/build.mjs && node scripts/order-picture.mjs`: draws docs/order.svg, the picture of the root README,
// from a run of the program in it: which callback and which task ran when. The picture is animated without a script,
// and narrow enough for a phone.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './packages.mjs';

const { createTask, getRunningLoop, run, sleep } = await import('../packages/bight/dist/index.js');

/** The steps of the program, in their order. */
async function record() {
  const steps = [];
  await run(async () => {
    const step = (lane) => steps.push(lane);
    const loop = getRunningLoop();
    const work = async (lane) => {
      for (let i = 0; i < 3; i++) {
        step(lane);
        await sleep(0);
      }
    };
    step('main');
    loop.callSoon(() => step('callback'));
    const [ada, grace] = [createTask(() => work('ada')), createTask(() => work('grace'))];
    await ada;
    await grace;
    step('main');
  });
  return steps;
}

const program = [
  ['main', 'loop.callSoon(() => …)'],
  ['callback', '() => …'],
  ['ada', "createTask(() => work('Ada'))"],
  ['grace', "createTask(() => work('Grace'))"],
];
const colours = { main: '#5f6b7a', callback: '#b8860b', ada: '#1f6f8b', grace: '#a23b72' };
const names = { main: 'main', callback: 'callback', ada: 'task Ada', grace: 'task Grace' };

const WIDTH = 460;
const MARGIN = 14;
const ROW = 62;
const TOP = 40;
const BOX = 30;
const SECONDS_A_STEP = 0.6;
const REST_SECONDS = 2;

const steps = await record();
const height = TOP + program.length * ROW + 34;
const column = (WIDTH - 2 * MARGIN) / steps.length;
const whole = steps.length * SECONDS_A_STEP + REST_SECONDS;
const rows = new Map(program.map(([lane], row) => [lane, TOP + row * ROW]));

/** Shows a step at its time, and hides it when the animation starts over. */
const appear = (i) =>
  `<animate attributeName="opacity" values="0.12;0.12;1;1" keyTimes="0;${share(i)};${share(i + 0.3)};1" dur="${whole}s" repeatCount="indefinite"/>`;
const share = (i) => Math.min(1, (i * SECONDS_A_STEP) / whole).toFixed(4);

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const boxes = steps.map((lane, i) => {
  const x = MARGIN + i * column + 2;
  const y = rows.get(lane) + 24;
  return `<g opacity="1"><rect x="${x.toFixed(1)}" y="${y}" width="${(column - 4).toFixed(1)}" height="${BOX}" rx="5" fill="${colours[lane]}"/>
<text x="${(x + column / 2 - 2).toFixed(1)}" y="${y + 20}" text-anchor="middle" fill="#fff">${i + 1}</text>${appear(i)}</g>`;
});
const lanes = program.map(([lane, code]) => {
  const y = rows.get(lane);
  return `<text x="${MARGIN}" y="${y + 16}"><tspan class="name">${names[lane]}</tspan> <tspan class="code">${escaped(code)}</tspan></text>
<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y + ROW - 1}" y2="${y + ROW - 1}"/>`;
});

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What runs when: ${steps.map((lane) => names[lane]).join(', ')}">
<style>
text { font: 14px ui-monospace, Menlo, Consolas, monospace }
.name { font-weight: 700; fill: #24292f }
.note { font: 14px system-ui, sans-serif }
.code, .note { fill: #57606a }
line { stroke: #d0d7de }
.card { fill: #fff; stroke: #d0d7de }
@media (prefers-color-scheme: dark) { .card { fill: #0d1117; stroke: #30363d } .name { fill: #e6edf3 } .code, .note { fill: #9198a1 } line { stroke: #30363d } }
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="note" x="${MARGIN}" y="26">One loop, one thread: first ready, first run.</text>
${lanes.join('\n')}
${boxes.join('\n')}
<text class="note" x="${MARGIN}" y="${height - 13}">The order is CPython's, and checked against it.</text>
</svg>
`;
writeFileSync(path.join(root, 'docs', 'order.svg'), svg);
console.log(`docs/order.svg: ${steps.join(', ')}`);
