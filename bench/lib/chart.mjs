// Draws results: for each contest a row of dots on a logarithmic scale, one for each contender; dots left of bight are
// cheaper.
import { importInstalled } from './installed.mjs';

const ROW_HEIGHT = 22;
const LABEL_WIDTH = 400;
// Legible on a white page and on a dark one.
const INK = '#6e7781';
const GRID = '#8c959f44';

/**
 * Draws the results of one suite.
 *
 * @param {import('./suite.mjs').Row[]} rows @param {ReturnType<import('./machine.mjs').describeMachine>} machine
 * @returns {Promise<string>} SVG
 */
export async function drawChart(rows, machine) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const specification = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: 'What it costs, relative to bight: further left is cheaper',
      subtitle: [
        `${machine.date}, ${machine.system}, ${machine.processors} × ${machine.processor}`,
        versions.join(', '),
      ],
      anchor: 'start',
      color: INK,
      subtitleColor: INK,
      offset: 12,
    },
    background: 'transparent',
    ...panel(rows),
    config: {
      font: 'system-ui, sans-serif',
      axis: {
        labelColor: INK,
        titleColor: INK,
        gridColor: GRID,
        domainColor: GRID,
        tickColor: GRID,
        labelLimit: LABEL_WIDTH,
      },
      legend: { labelColor: INK, labelLimit: 300 },
      view: { stroke: null },
    },
  };
  const vega = await importInstalled('vega');
  const { compile } = await importInstalled('vega-lite');
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** Rows of dots, one for each contest. */
function panel(rows) {
  const contests = [...new Set(rows.map(({ contest }) => contest))];
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  return {
    width: 520,
    height: contests.length * ROW_HEIGHT,
    data: { values: rows.map(({ contest, contender, ratio }) => ({ contest, contender, cost: 1 / ratio })) },
    encoding: { y: { field: 'contest', type: 'nominal', sort: contests, title: null } },
    layer: [
      { mark: { type: 'rule', color: INK, strokeDash: [3, 3] }, encoding: { x: { datum: 1 }, y: null } },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 0.9 },
        encoding: {
          x: {
            field: 'cost',
            type: 'quantitative',
            title: 'cost relative to bight (logarithmic)',
            // Values beyond the scale are drawn at its edge.
            scale: { type: 'log', domain: [1 / 16, 16], clamp: true, padding: 12 },
            axis: { values: [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16], format: '~g' },
          },
          color: {
            field: 'contender',
            type: 'nominal',
            sort: contenders,
            title: null,
            scale: { scheme: 'tableau10' },
          },
          shape: { field: 'contender', type: 'nominal', sort: contenders, title: null },
        },
      },
    ],
  };
}
