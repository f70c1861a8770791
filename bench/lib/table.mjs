// Results as tables for a terminal.
import Table from 'cli-table3';

const plain = {
  style: { head: [], border: [] },
  // No lines between rows.
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** @param {import('./suite.mjs').Row[]} rows */
export function resultsTable(rows) {
  const table = new Table({
    head: ['contest', 'contender', 'cost', 'ours / theirs', 'target', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    ...plain,
  });
  let before;
  for (const { contest, contender, cost, unit, ratio, target } of rows) {
    table.push([
      contest === before ? '' : contest,
      contender,
      `${figure(cost)} ${unit}`,
      figure(ratio),
      target === null ? '' : `≤ ${figure(target)}`,
      verdict(ratio, target),
    ]);
    before = contest;
  }
  return table.toString();
}

function verdict(ratio, target) {
  if (target === null) return '';
  return ratio <= target ? 'met' : 'missed';
}

/** @param {import('./comparison.mjs').Change[]} changes */
export function changesTable(changes) {
  const table = new Table({
    head: ['contest', 'against', 'before', 'now', 'change'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    ...plain,
  });
  for (const { contest, contender, before, now, change } of changes) {
    const sign = change > 0 ? '+' : '';
    table.push([contest, contender, figure(before), figure(now), `${sign}${(change * 100).toFixed(0)} %`]);
  }
  return table.toString();
}

/** @param {{ contest: string, unit: string, before: number, now: number, ratio: number }[]} rows */
export function revisionsTable(rows) {
  const table = new Table({
    head: ['contest', 'before', 'now', 'now / before'],
    colAligns: ['left', 'right', 'right', 'right'],
    ...plain,
  });
  for (const { contest, unit, before, now, ratio } of rows)
    table.push([contest, `${figure(before)} ${unit}`, `${figure(now)} ${unit}`, figure(ratio)]);
  return table.toString();
}

/** Three significant digits. */
export function figure(value) {
  if (value >= 100) return value.toFixed(0);
  return value.toPrecision(value >= 10 ? 3 : 2);
}
