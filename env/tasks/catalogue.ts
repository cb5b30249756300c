/** Tasks by id. One costs its file and a line here. */
import { admit } from './admit.js';
import { chunk } from './chunk.js';
import { draft } from './draft.js';
import { memory } from './memory.js';
import { pick } from './pick.js';
import { queue } from './queue.js';
import { select } from './select.js';
import { serve } from './serve.js';
import { speculate } from './speculate.js';
import type { Task } from './task.js';

const all = [pick, serve, admit, speculate, draft, chunk, memory, select, queue] as const;

/** Every task; their types are kept in `TaskTypes`. */
export const tasks: Readonly<Record<string, Task>> = Object.fromEntries(
  all.map((each) => [each.id, each as unknown as Task]),
);
