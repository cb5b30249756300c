import { it } from 'vitest';
import { tinyIds, tinyTask } from '../../../experiments/tasks/tiny/catalogue.js';
it.each([...tinyIds])('%s', (id) => {
  const t = tinyTask(id);
  const from = performance.now();
  const { optimum } = t;
  console.log(id, optimum, t.solution.states, performance.now() - from, t.outcomes.length);
  for (const b of t.baselines) console.log('  ', b, t.returnOf(b));
});
