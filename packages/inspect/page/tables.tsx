import type { ComponentChildren } from 'preact';
import type { LoopHistory } from './history.js';
import type { CallbackTime, Executor, Handle, Queue } from './reports.js';
import { bytes, milliseconds } from './warnings.js';

const LONG_SECONDS = 0.05;
const MOST_HANDLES = 500;

/** A column: its title, and whether it has numbers. */
type Column = string | { readonly title: string; readonly isNumber: true };

const number = (title: string): Column => ({ title, isNumber: true });

interface TableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: readonly ComponentChildren[];
  /** What stands there when there are no rows. */
  readonly nothing: string;
}

function Table({ label, columns, children, nothing }: TableProps) {
  if (children.length === 0) return <p class="muted">{nothing}</p>;
  return (
    <table aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) =>
            typeof column === 'string' ? (
              <th key={column} scope="col">
                {column}
              </th>
            ) : (
              <th key={column.title} scope="col" class="number">
                {column.title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Stack({ text }: { text: string | null }) {
  if (text === null) return null;
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  return <pre tabIndex={0}>{text}</pre>;
}

/** The functions that have taken the most time. */
export function CallbacksView({ callbacks }: { callbacks: readonly CallbackTime[] }) {
  const all = callbacks.reduce((sum, { total }) => sum + total, 0);
  return (
    <Table
      label="Callbacks by total time"
      columns={[
        'Function',
        'Where',
        number('Runs'),
        number('Longest'),
        number('Mean'),
        number('Total'),
        'Share',
      ]}
      nothing="Nothing has run since this page was opened, or the process was started without BIGHT_INSPECT."
    >
      {callbacks.map(({ id, name, kind, where, count, total, longest }) => (
        <tr key={id}>
          <td>
            <b>{name}</b> <span class="muted">{kind === 'task' ? 'steps of tasks' : 'callback'}</span>
          </td>
          <td class="where">{where ?? <span class="muted">native</span>}</td>
          <td class="number">{count.toLocaleString('en')}</td>
          <td class={longest >= LONG_SECONDS ? 'number bad' : 'number'}>{milliseconds(longest)}</td>
          <td class="number">{milliseconds(count === 0 ? 0 : total / count)}</td>
          <td class="number">{milliseconds(total)}</td>
          <td>
            <meter min={0} max={1} value={all === 0 ? 0 : total / all} aria-label={`share of ${name}`} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The connections, those with the most unsent bytes first. */
export function ConnectionsView({ handles }: { handles: readonly Handle[] }) {
  const connections = handles.filter(({ unsent }) => unsent !== undefined);
  connections.sort((one, other) => (other.unsent ?? 0) - (one.unsent ?? 0));
  return (
    <Table
      label="Connections by unsent bytes"
      columns={['Peer', 'Transport', number('Unsent')]}
      nothing="There are no connections."
    >
      {connections.slice(0, MOST_HANDLES).map(({ id, peer, text, unsent }) => (
        <tr key={id}>
          <td>{peer ?? <span class="muted">none</span>}</td>
          <td class="where">{text}</td>
          <td class={(unsent ?? 0) > 0 ? 'number bad' : 'number'}>{bytes(unsent ?? 0)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** What is open, with where it was made. */
export function HandlesView({ handles, isDebugging }: { handles: readonly Handle[]; isDebugging: boolean }) {
  return (
    <>
      {!isDebugging && handles.length > 0 && (
        <p class="muted">With BIGHT_DEBUG=1 in the environment, each handle says where it was made.</p>
      )}
      <Table label="Open handles" columns={['Kind', 'What', 'Made']} nothing="Nothing is open.">
        {handles.slice(0, MOST_HANDLES).map(({ id, kind, text, stack }) => (
          <tr key={id}>
            <td>{kind}</td>
            <td class="where">{text}</td>
            <td>
              <Stack text={stack} />
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** Executors and queues, and how much waits in them. */
export function QueuesView({
  executors,
  queues,
  history,
}: {
  executors: readonly Executor[];
  queues: readonly Queue[];
  history: LoopHistory;
}) {
  const before = history.moments.at(-8);
  const growth = (now: number, then: number | undefined): string =>
    then === undefined || now === then ? '' : `${now > then ? '+' : '−'}${Math.abs(now - then)}`;
  return (
    <>
      <h2>Executors</h2>
      <Table
        label="Executors"
        columns={['Executor', number('Running'), number('Waiting'), number('Change')]}
        nothing="No call of an executor is under way."
      >
        {executors.map(({ id, name, running, queued }) => (
          <tr key={id}>
            <td>{name}</td>
            <td class="number">{running}</td>
            <td class="number">{queued}</td>
            <td class="number muted">{growth(queued, before?.queued.get(id))}</td>
          </tr>
        ))}
      </Table>
      <h2>Queues and channels</h2>
      <Table
        label="Queues"
        columns={['Queue', number('Items'), number('At most'), number('Change'), 'Made']}
        nothing="There are no queues, or they were made before the inspector was started."
      >
        {[...queues]
          .sort((one, other) => other.size - one.size)
          .slice(0, MOST_HANDLES)
          .map(({ id, name, size, capacity, stack }) => (
            <tr key={id}>
              <td>{name}</td>
              <td class="number">{size.toLocaleString('en')}</td>
              <td class="number">{capacity ?? '∞'}</td>
              <td class="number muted">{growth(size, before?.queues.get(id))}</td>
              <td>
                <Stack text={stack} />
              </td>
            </tr>
          ))}
      </Table>
    </>
  );
}

/** The processes that the loop has started. */
export function ProcessesView({ handles }: { handles: readonly Handle[] }) {
  const processes = handles.filter(({ kind }) => kind === 'process');
  return (
    <Table label="Processes" columns={[number('Pid'), 'What', 'Started']} nothing="No process is under way.">
      {processes.map(({ id, pid, text, stack }) => (
        <tr key={id}>
          <td class="number">{pid ?? ''}</td>
          <td class="where">{text}</td>
          <td>
            <Stack text={stack} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
