import { useMemo, useRef, useState } from 'preact/hooks';
import { cancel, type Task } from './api.js';
import { type Row, rowsOf } from './task-rows.js';

const ROW_PIXELS = 28;
const VISIBLE_PIXELS = 420;
const STATES = ['running', 'ready', 'waiting', 'cancelling'];

/** The tree of tasks. Only the rows that can be seen are in the document: there may be ten thousand. */
export function TaskList({ tasks }: { tasks: readonly Task[] }) {
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const [top, setTop] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const view = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(tasks, search, state), [tasks, search, state]);
  const first = Math.max(0, Math.floor(top / ROW_PIXELS) - 5);
  const shown = rows.slice(first, first + Math.ceil(VISIBLE_PIXELS / ROW_PIXELS) + 10);
  const selected = tasks.find(({ id }) => id === chosen);

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = rows.findIndex(({ task }) => task.id === chosen);
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    setChosen(rows[next]?.task.id ?? null);
    const pixels = next * ROW_PIXELS;
    const box = view.current as HTMLDivElement;
    if (pixels < box.scrollTop) box.scrollTop = pixels;
    if (pixels + ROW_PIXELS > box.scrollTop + VISIBLE_PIXELS)
      box.scrollTop = pixels + ROW_PIXELS - VISIBLE_PIXELS;
  };

  return (
    <section aria-labelledby="tasks-title">
      <h2 id="tasks-title">
        Tasks{' '}
        <small>
          {rows.length} of {tasks.length}
        </small>
      </h2>
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
      </div>
      <div
        class="tree"
        role="tree"
        aria-label="Tasks"
        tabIndex={0}
        aria-activedescendant={selected === undefined ? undefined : `task-${selected.id}`}
        ref={view}
        style={{ height: `${VISIBLE_PIXELS}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={move}
      >
        <div style={{ height: `${rows.length * ROW_PIXELS}px`, position: 'relative' }}>
          {shown.map((row, index) => (
            <Line
              key={row.task.id}
              row={row}
              position={first + index}
              count={rows.length}
              isChosen={row.task.id === chosen}
              onChoose={() => setChosen(row.task.id)}
            />
          ))}
        </div>
      </div>
      {selected !== undefined && (
        <div class="details" aria-live="polite">
          <h3>{selected.name}</h3>
          <p>
            {selected.coroutine}() is {selected.state}.{' '}
            <button
              type="button"
              onClick={() => void cancel(selected.id).catch((error) => alert(error.message))}
            >
              Cancel this task
            </button>
          </p>
          <pre>
            {selected.stack.join('\n') || 'No stack is known. There are stacks in debug mode: BIGHT_DEBUG=1.'}
          </pre>
        </div>
      )}
    </section>
  );
}

interface LineProps {
  readonly row: Row;
  readonly position: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Line({ row: { task, depth }, position, count, isChosen, onChoose }: LineProps) {
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
      class={`row ${task.state}`}
      style={{ top: `${position * ROW_PIXELS}px`, paddingLeft: `${8 + Math.min(depth, 20) * 18}px` }}
      onClick={onChoose}
    >
      <span class="state">{task.state}</span> <b>{task.name}</b> <code>{task.coroutine}()</code>
    </div>
  );
}
