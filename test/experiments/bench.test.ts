/** What the benchmark is made of; that it is fast is never tested. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { fcfs } from '../../env/serving/policy.js';
import { benches } from '../../experiments/bench/benches.js';
import { type Figure, met, targetText } from '../../experiments/bench/figure.js';
import { sideBySide, timingOf } from '../../experiments/bench/measure.js';
import { exponentialLengths, oneInOneOut, roofline, SEATS, seats } from '../../experiments/bench/worlds.js';

describe('timing', () => {
  it('takes the middle, the least and the most', () => {
    expect(timingOf([30, 10, 50, 20, 40])).toEqual({ median: 30, min: 10, max: 50 });
  });

  it('lets the runs take turns and throws warm rounds away', () => {
    const order: string[] = [];
    const timings = sideBySide(
      [() => order.push('a'), () => order.push('b')].map((f) => () => void f()),
      2,
      1,
    );
    expect(order.join('')).toBe('ababab');
    expect(timings).toHaveLength(2);
  });
});

describe('targets', () => {
  const figure: Figure = { name: 'x', value: 2, unit: '', detail: '' };
  it('are met at least or at most', () => {
    expect(met(figure)).toBe(true);
    expect(met({ ...figure, target: { least: 2 } })).toBe(true);
    expect(met({ ...figure, target: { least: 2.1 } })).toBe(false);
    expect(met({ ...figure, target: { most: 1.9 } })).toBe(false);
    expect(targetText({ ...figure, target: { most: 1.9 } })).toBe('≤ 1.90');
  });
});

describe('one in, one out', () => {
  it('keeps as many waiting as asked for while there are more to come', () => {
    const setup = { rules: seats(), cost: roofline, scheduler: fcfs };
    const workload = oneInOneOut(setup, 50, 400, exponentialLengths(40, 1));
    const engine = createEngine({ ...setup, workload });
    const waiting = new Set<number>();
    while (toTurn(engine)) {
      const { live } = engine.replica;
      if (engine.delivered < workload.count) waiting.add(live.n - SEATS);
      act(engine);
    }
    expect(engine.replica.totals.finished).toBe(400);
    // A finish is followed by its arrival at the same border.
    expect([...waiting]).toEqual([50]);
  });
});

it('every benchmark has a name of its own', () => {
  expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length);
});
