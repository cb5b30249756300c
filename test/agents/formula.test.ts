/** Formulas as schedulers: the built-in ones written out, and what every name means. */
import { describe, expect, test } from 'vitest';
import { formula, formulaNames } from '../../agents/schedulers/formula.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { resolveScheduler } from '../../experiments/catalogue.js';
import { engines, leftAt, runSmall } from '../contracts/small-world.js';
import { served } from './by-hand.js';

test.each([
  ['arrival', 'fcfs'],
  ['believedLength - generated', 'srpt'],
  ['remaining', 'srpt'],
  ['generated > 0 ? believedLength : remaining', 'psjf'],
  ['generated', 'las'],
  ['floor(service / 4000)', 'las:by=service,quantum=4000'],
  ['priority', 'priority'],
  ['remaining + 0 * age', 'srpt'],
])('%s is %s', (text, name) => {
  for (const engine of engines) {
    for (const seed of [4, 5, 6]) {
      const built = runSmall({ engine, seed, scheduler: resolveScheduler(name).make });
      expect(leftAt(runSmall({ engine, seed, scheduler: () => formula(text) }))).toEqual(leftAt(built));
    }
  }
});

test('time moves a formula that reads it', () => {
  // Whoever is older than 25 µs goes last: the first from 30 µs on, the second from 40 µs, the third from 50 µs.
  const jobs = [
    { arrival: 0, output: 5 },
    { arrival: 8, output: 3 },
    { arrival: 22, output: 2 },
  ];
  expect(served(jobs, () => formula('age > 25'))).toBe('AAABCAABBC');
});

test.each([
  ['promptTokens - 5 * priority', 'changed', Infinity],
  ['2 * 3', 'changed', Infinity],
  ['declared - generated', 'changed', 1],
  ['believedLength', 'changed', 1],
  ['deadline - now', 'all', 1],
  ['slack', 'all', 1],
])('%s: scope %s, wakeIn %d', (text, scope, wakeIn) => {
  const policy = formula(text);
  expect([policy.scope, policy.wakeIn, policy.name]).toEqual([scope, wakeIn, `expr: ${text}`]);
});

describe('every name is what its sentence says', () => {
  test.each(formulaNames)('$name: $doc', ({ name }) => {
    const inner = formula(name);
    let looked = 0;
    const watching: Scheduler = {
      ...inner,
      decide(view, out) {
        inner.decide(view, out);
        const { requests, beliefs, now, batch } = view;
        for (let k = 0; k < view.changed.n; k++) {
          const r = view.changed.ids[k];
          const remaining = Math.max(0, beliefs.length[r] - requests.generated[r]);
          const derived: Record<string, number> = {
            now,
            age: now - requests.arrival[r],
            remaining,
            believedLength: beliefs.length[r],
            believedAcceptance: beliefs.acceptance[r],
            acceptedShare: requests.proposed[r] === 0 ? 0 : requests.accepted[r] / requests.proposed[r],
            slack: requests.deadline[r] - now - remaining * batch.length,
          };
          expect(out.rank[r]).toBe(derived[name] ?? requests[name as keyof typeof requests][r]);
          looked++;
        }
      },
    };
    expect(runSmall({ engine: 'vllm-v1', seed: 5, scheduler: () => watching }).outcome).toBe('drained');
    expect(looked).toBeGreaterThan(24);
  });
});

test('an unknown name is refused when the formula is made', () => {
  expect(() => formula('remainin * kvTokens')).toThrow(
    /^scheduler formula "remainin \* kvTokens": unknown name "remainin": did you mean "remaining"\? There are key, arrival, /,
  );
});
