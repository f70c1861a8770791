import { useMemo, useRef, useState } from 'preact/hooks';
import { cancel } from './api.js';
import type { Task } from './reports.js';
import { TaskDetails } from './task-details.js';
import { type Row, rowsOf } from './task-rows.js';
import { milliseconds } from './warnings.js';

const ROW_PIXELS = 30;
const VISIBLE_PIXELS = 480;
const ROWS_PER_PAGE = Math.floor(VISIBLE_PIXELS / ROW_PIXELS);
const STATES = ['running', 'ready', 'waiting', 'cancelling'];

interface TasksViewProps {
  readonly tasks: readonly Task[];
  /** How many there are behind them: of very many, only the first are sent. */
  readonly more: number;
  readonly report: (text: string) => void;
}

/** The tree of tasks. Only the rows that can be seen are in the document: there may be ten thousand. */
export function TasksView({ tasks, more, report }: TasksViewProps) {
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [top, setTop] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const view = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(tasks, { search, state, closed }), [tasks, search, state, closed]);
  const first = Math.max(0, Math.floor(top / ROW_PIXELS) - 5);
  const shown = rows.slice(first, first + ROWS_PER_PAGE + 10);
  const selected = tasks.find(({ id }) => id === chosen);
  const isSelectedShown = shown.some(({ task }) => task.id === chosen);

  const scrollTo = (index: number): void => {
    const pixels = index * ROW_PIXELS;
    const box = view.current;
    if (box === null) return;
    if (pixels < box.scrollTop) box.scrollTop = pixels;
    if (pixels + ROW_PIXELS > box.scrollTop + box.clientHeight)
      box.scrollTop = pixels + ROW_PIXELS - box.clientHeight;
    setTop(box.scrollTop);
  };
  const choose = (id: number): void => {
    setChosen(id);
    const index = rows.findIndex(({ task }) => task.id === id);
    if (index >= 0) scrollTo(index);
  };
  const toggle = ({ task, isOpen }: Row): void => {
    const next = new Set(closed);
    if (isOpen) next.add(task.id);
    else next.delete(task.id);
    setClosed(next);
  };

  const onKey = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ task }) => task.id === chosen);
    const row = rows[at];
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + ROWS_PER_PAGE,
      PageUp: at - ROWS_PER_PAGE,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (next !== undefined) {
      const target = rows[Math.min(rows.length - 1, Math.max(0, next))];
      if (target !== undefined) choose(target.task.id);
    } else if (event.key === 'ArrowRight' && row !== undefined && row.children > 0) {
      if (!row.isOpen) toggle(row);
      else if ((rows[at + 1]?.depth ?? 0) > row.depth) choose((rows[at + 1] as Row).task.id);
    } else if (event.key === 'ArrowLeft' && row !== undefined) {
      if (row.isOpen && row.children > 0) toggle(row);
      else {
        const parent = rows.slice(0, at).findLast(({ depth }) => depth < row.depth);
        if (parent !== undefined) choose(parent.task.id);
      }
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <div class="tools">
        <label>
          Search{' '}
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <label>
          State{' '}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">any</option>
            {STATES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <span class="muted" role="status">
          {rows.length.toLocaleString('en')} of {tasks.length.toLocaleString('en')} tasks
          {more > 0 && `, the first of ${(tasks.length + more).toLocaleString('en')}`}
        </span>
      </div>
      <div class="tasks">
        <div
          class="tree"
          role="tree"
          aria-label="Tasks"
          tabIndex={0}
          aria-activedescendant={isSelectedShown ? `task-${chosen}` : undefined}
          ref={view}
          style={{ height: `${VISIBLE_PIXELS}px` }}
          onScroll={(event) => setTop(event.currentTarget.scrollTop)}
          onKeyDown={onKey}
        >
          <div role="presentation" style={{ height: `${rows.length * ROW_PIXELS}px`, position: 'relative' }}>
            {shown.map((row, index) => (
              <Line
                key={row.task.id}
                row={row}
                position={first + index}
                count={rows.length}
                isChosen={row.task.id === chosen}
                onChoose={() => setChosen(row.task.id)}
                onToggle={() => toggle(row)}
              />
            ))}
          </div>
        </div>
        <TaskDetails
          task={selected}
          tasks={tasks}
          onChoose={choose}
          onCancel={async (task) => {
            try {
              await cancel(task.id);
              report(`Cancelled ${task.name}`);
            } catch (error) {
              report(`Not cancelled: ${(error as Error).message}`);
            }
          }}
        />
      </div>
    </>
  );
}

interface LineProps {
  readonly row: Row;
  readonly position: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onToggle: () => void;
}

function Line({ row, position, count, isChosen, onChoose, onToggle }: LineProps) {
  const { task, depth, children, isOpen } = row;
  const limit = task.timeLimits?.[0];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the tree's
    <div
      role="treeitem"
      tabIndex={-1}
      id={`task-${task.id}`}
      aria-level={depth + 1}
      aria-posinset={position + 1}
      aria-setsize={count}
      aria-selected={isChosen}
      aria-expanded={children > 0 ? isOpen : undefined}
      class={`row ${task.state}`}
      style={{ top: `${position * ROW_PIXELS}px`, paddingLeft: `${10 + Math.min(depth, 20) * 18}px` }}
      onClick={onChoose}
      onDblClick={onToggle}
    >
      <span
        class={`twist ${isOpen ? 'open' : ''}`}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          onToggle();
        }}
      >
        {children > 0 ? '▸' : ''}
      </span>
      <span class="name">{task.name}</span> <code>{task.coroutine}()</code>
      {children > 1 && !isOpen && <span class="count"> {children}</span>}
      {limit !== undefined && <span class="chip">{milliseconds(Math.max(0, limit.secondsLeft))} left</span>}
      <span class={`state ${task.state}`}>{task.state}</span>
    </div>
  );
}
