import type { CaseDefinition } from '../../case.js';
import { asyncgenCases } from './asyncgens.js';
import { cancellationCases } from './cancellation.js';
import { createTaskCases } from './create-task.js';
import { taskFactoryCases } from './task-factory.js';
import { taskCases } from './tasks.js';

/** Tasks: making them, what they are, cancelling them. */
export const allTaskCases: CaseDefinition[] = [
  ...createTaskCases,
  ...taskCases,
  ...taskFactoryCases,
  ...asyncgenCases,
  ...cancellationCases,
];
