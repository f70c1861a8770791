import { useMemo } from 'preact/hooks';
import type { Task } from './reports.js';
import { childrenOf } from './task-rows.js';
import { milliseconds } from './warnings.js';

const MOST_SHOWN = 8;

interface TaskDetailsProps {
  readonly task: Task | undefined;
  readonly tasks: readonly Task[];
  readonly onChoose: (id: number) => void;
  readonly onCancel: (task: Task) => Promise<void>;
}

/** What is known of the task that is chosen. */
export function TaskDetails({ task, tasks, onChoose, onCancel }: TaskDetailsProps) {
  const below = useMemo(() => childrenOf(tasks), [tasks]);
  if (task === undefined) {
    return (
      <aside class="details muted" aria-label="Task">
        Choose a task to see what it waits for, how much time it has left, and where it stands.
      </aside>
    );
  }
  const awaitedBy = tasks.filter(({ id }) => task.awaitedBy.includes(id));
  return (
    <aside class="details" aria-label="Task">
      <h2>{task.name}</h2>
      <p>
        <span class={`state ${task.state}`}>{task.state}</span> <code>{task.coroutine}()</code>
      </p>
      <p>
        <button type="button" class="danger" onClick={() => void onCancel(task)}>
          Cancel this task
        </button>
      </p>
      {task.timeLimits !== undefined && (
        <>
          <h3>Time left</h3>
          <ul>
            {task.timeLimits.map(({ kind, secondsLeft }, index) => (
              <li key={index}>
                {milliseconds(Math.max(0, secondsLeft))}{' '}
                <span class="muted">of a {kind === 'scope' ? 'cancel scope' : 'time-out'}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Links title="Awaited by" tasks={awaitedBy} onChoose={onChoose} />
      <Links title="Awaits" tasks={below.get(task.id) ?? []} onChoose={onChoose} />
      <h3>Stack</h3>
      {task.stack.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre tabIndex={0}>{task.stack.join('\n')}</pre>
      ) : (
        <p class="muted">There are stacks in debug mode: BIGHT_DEBUG=1.</p>
      )}
    </aside>
  );
}

interface LinksProps {
  readonly title: string;
  readonly tasks: readonly Task[];
  readonly onChoose: (id: number) => void;
}

function Links({ title, tasks, onChoose }: LinksProps) {
  if (tasks.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {tasks.slice(0, MOST_SHOWN).map(({ id, name, state }) => (
          <li key={id}>
            <button type="button" class="link" onClick={() => onChoose(id)}>
              {name}
            </button>{' '}
            <span class="muted">{state}</span>
          </li>
        ))}
        {tasks.length > MOST_SHOWN && <li class="muted">and {tasks.length - MOST_SHOWN} more</li>}
      </ul>
    </>
  );
}
