// `node scripts/build.mjs && node scripts/order-picture.mjs`: draws docs/order.svg, the picture of the root README,
// from a run of the program in it: which callback and which task ran when. It moves without a script, and stands still
// for readers who ask for that.
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

const WIDTH = 820;
const LEFT = 290;
const ROW = 44;
const TOP = 34;
const SECONDS_A_STEP = 0.6;
const REST_SECONDS = 2;

const steps = await record();
const height = TOP + program.length * ROW + 40;
const column = (WIDTH - LEFT - 20) / steps.length;
const whole = steps.length * SECONDS_A_STEP + REST_SECONDS;
const rows = new Map(program.map(([lane], row) => [lane, TOP + row * ROW]));

/** Appears in its turn, and goes when the picture begins anew. */
const appear = (i) =>
  `<animate attributeName="opacity" values="0.12;0.12;1;1" keyTimes="0;${share(i)};${share(i + 0.3)};1" dur="${whole}s" repeatCount="indefinite"/>`;
const share = (i) => Math.min(1, (i * SECONDS_A_STEP) / whole).toFixed(4);

const boxes = steps.map((lane, i) => {
  const x = LEFT + i * column + 3;
  const y = rows.get(lane) + 7;
  return `<g opacity="1"><rect x="${x.toFixed(1)}" y="${y}" width="${(column - 6).toFixed(1)}" height="${ROW - 14}" rx="5" fill="${colours[lane]}"/>
<text x="${(x + column / 2 - 3).toFixed(1)}" y="${y + 20}" text-anchor="middle" fill="#fff">${i + 1}</text>${appear(i)}</g>`;
});
const lanes = program.map(([lane, code]) => {
  const y = rows.get(lane);
  return `<text class="name" x="12" y="${y + 20}">${names[lane]}</text><text class="code" x="12" y="${y + 36}">${code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</text>
<line x1="${LEFT}" x2="${WIDTH - 14}" y1="${y + ROW}" y2="${y + ROW}"/>`;
});

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What runs when: ${steps.map((lane) => names[lane]).join(', ')}">
<style>
text { font: 14px ui-monospace, Menlo, Consolas, monospace }
.name { font-weight: 700; fill: #24292f }
.code, .note { font-size: 11px; fill: #57606a }
line { stroke: #d0d7de }
.card { fill: #fff; stroke: #d0d7de }
@media (prefers-color-scheme: dark) { .card { fill: #0d1117; stroke: #30363d } .name { fill: #e6edf3 } .code, .note { fill: #9198a1 } line { stroke: #30363d } }
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="note" x="${LEFT}" y="24">one loop, one thread: turn by turn, in the order in which each became ready</text>
${lanes.join('\n')}
${boxes.join('\n')}
<text class="note" x="12" y="${height - 14}">The same order as in CPython, checked against it.</text>
</svg>
`;
writeFileSync(path.join(root, 'docs', 'order.svg'), svg);
console.log(`docs/order.svg: ${steps.join(', ')}`);
