import Table from 'cli-table3';

const DEFAULT_COLUMNS = 80;

/** How wide the output may be: the terminal, what `COLUMNS` says, or 80 characters. */
export function columns(): number {
  const wanted = Number(process.env.COLUMNS);
  return process.stdout.columns ?? (Number.isInteger(wanted) && wanted > 0 ? wanted : DEFAULT_COLUMNS);
}

/** A line that is no wider than the output. */
export function cut(line: string): string {
  const width = columns();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

const GAP = 2;
const SMALLEST_COLUMN = 6;

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
);

/** A table without lines, no wider than the terminal: what does not fit is cut. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = columns();
  const widths = head.map(
    (title, index) =>
      rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), title.length) + GAP,
  );
  // The widest gives way first.
  for (let excess = widths.reduce((sum, one) => sum + one, 0) - width; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= SMALLEST_COLUMN) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  const table = new Table({
    head: [...head],
    colWidths: widths,
    chars: NO_LINES as never,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
