/** Tasks by id. One costs its file and a line here. */
import { pick } from './pick.js';
import { queue } from './queue.js';
import { serve } from './serve.js';
import type { Task } from './task.js';

const all = [pick, serve, queue] as const;

/** Every task; their types are kept in `TaskTypes`. */
export const tasks: Readonly<Record<string, Task>> = Object.fromEntries(
  all.map((each) => [each.id, each as unknown as Task]),
);
