import Table from 'cli-table3';

const DEFAULT_COLUMNS = 80;

/** How wide the output may be: the terminal, the value of `COLUMNS`, or 80 characters. */
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
/** The library takes longer for each row, the more there are. */
const ROWS_AT_ONCE = 100;

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

/** A table that is written part by part. */
export interface TableParts {
  /** The line of titles. */
  readonly head: string;
  /** Rows, each with the end of its line. What does not fit into its column is cut. */
  format(rows: readonly (readonly string[])[]): string;
}

/** A table without lines, no wider than the terminal. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = tableOf(head, rows);
  return `${table.head}\n${table.format(rows)}`.trimEnd();
}

/**
 * A table without lines, no wider than the terminal, whose rows come later.
 *
 * @param sample - the first of its rows, which decide how wide its columns are
 */
export function tableOf(head: readonly string[], sample: readonly (readonly string[])[]): TableParts {
  const widths = widthsOf(head, sample);
  const format = (rows: readonly (readonly string[])[]): string => {
    let text = '';
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      text += formatRows(rows.slice(at, at + ROWS_AT_ONCE), widths);
    }
    return text;
  };
  return { head: formatRows([head], widths).trimEnd(), format };
}

/** What is wide is cut: the widest column first. */
function widthsOf(head: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const width = columns();
  const widths = head.map(
    (title, index) =>
      rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), title.length) + GAP,
  );
  for (let excess = widths.reduce((sum, one) => sum + one, 0) - width; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= SMALLEST_COLUMN) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function formatRows(rows: readonly (readonly string[])[], widths: number[]): string {
  const table = new Table({
    colWidths: widths,
    chars: NO_LINES as never,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
