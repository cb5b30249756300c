/** Schedulers that order by predictions: what each of them does otherwise than shortest first. */
import { describe, expect, test } from 'vitest';
import { alise } from '../../agents/schedulers/alise.js';
import { elis } from '../../agents/schedulers/elis.js';
import { ltr } from '../../agents/schedulers/ltr.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { ssjf } from '../../agents/schedulers/ssjf.js';
import { tie } from '../../agents/schedulers/tie.js';
import { trail } from '../../agents/schedulers/trail.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { toTurn } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { noisy } from '../../predictors/noisy.js';
import { trail as trailBeliefs } from '../../predictors/trail.js';
import { leftAt, runSmall, startSmall } from '../contracts/small-world.js';
import { served } from './by-hand.js';
import { guesses } from './guesses.js';

const seeds = Array.from({ length: 3 }, (_, seed) => seed);
const wrong = () => noisy({ sigma: 1 });

/** Both finish everyone at the same times. */
function equal(a: () => Scheduler, b: () => Scheduler): void {
  for (const engine of ['serial', 'vllm-v1+rank'] as const) {
    for (const seed of seeds) {
      for (const predictor of [wrong, () => trailBeliefs({ every: 2 })]) {
        const times = [a, b].map((scheduler) => leftAt(runSmall({ engine, seed, scheduler, predictor })));
        expect(times[0]).toEqual(times[1]);
      }
    }
  }
}

describe('trail', () => {
  test('C = ∞ is srpt', () => equal(() => trail({ share: Infinity }), srpt));

  test('C = 0 is sjf: once served never displaced', () => {
    for (const seed of seeds) {
      const [a, b] = [() => trail({ share: 0 }), sjf].map((scheduler) =>
        leftAt(runSmall({ engine: 'serial', seed, scheduler, predictor: wrong })),
      );
      expect(a).toEqual(b);
    }
    const pauses = (share: number) =>
      seeds.reduce((sum, seed) => {
        const scheduler = () => trail({ share });
        return sum + runSmall({ engine: 'vllm-v1+rank', seed, scheduler }).replica.totals.pauses;
      }, 0);
    expect(pauses(0)).toBe(0);
    expect(pauses(0.8)).toBeGreaterThan(0);
    expect(pauses(Infinity)).toBeGreaterThanOrEqual(pauses(0.8));
  });

  test('a request is displaced before its share is done, not after', () => {
    const jobs = (arrival: number) => [
      { arrival: 0, output: 10 },
      { arrival, output: 2 },
    ];
    expect(served(jobs(35), () => trail({ share: 0.5 }))).toBe('AAAABBAAAAAA');
    expect(served(jobs(45), () => trail({ share: 0.5 }))).toBe('AAAAAAAAAABB');
  });

  test('the share is one of the first prediction, however it is refined', () => {
    const jobs = [
      { arrival: 0, output: 8 },
      { arrival: 25, output: 3 },
    ];
    const growing = guesses(
      (length) => ({ length: Math.min(length, 4) }),
      (generated, length) => (length === 8 ? generated + 100 : length),
    );
    expect(served(jobs, srpt, growing)).toBe('AAABBBAAAAA');
    expect(served(jobs, () => trail({ share: 0.5 }), growing)).toBe('AAAAAAAABBB');
  });
});

describe('ltr', () => {
  const jobs = [
    { arrival: 0, output: 12 },
    { arrival: 15, output: 5 },
    { arrival: 15, output: 5 },
  ];

  test('only the predicted order matters', () => {
    const through = (f: (length: number) => number) => guesses((length, r) => ({ length: f(length + ((r * 7) % 5)) }));
    const finish = (scheduler: () => Scheduler, predictor: () => Predictor) =>
      seeds.map((seed) => leftAt(runSmall({ engine: 'vllm-v1+rank', seed, scheduler, predictor })));
    const [plain, bent] = [through((length) => length), through((length) => 3 + Math.log(length))];
    expect(finish(ltr, bent)).toEqual(finish(ltr, plain));
    expect(finish(srpt, bent)).not.toEqual(finish(srpt, plain));
  });

  test('who was not scheduled for so many iterations runs for some', () => {
    expect(served(jobs, ltr)).toBe('AABBBBBCCCCCAAAAAAAAAA');
    // A and C are starved after four iterations without tokens, B once more after its fourth.
    expect(served(jobs, () => ltr({ patience: 4, runs: 2 }))).toBe('AABBBBCCAABCCCAAAAAAAA');
  });

  test('the guard bounds the time without tokens', () => {
    const crowd = [
      { arrival: 0, output: 20 },
      ...Array.from({ length: 40 }, (_, k) => ({ arrival: 5 + 20 * k, output: 2 })),
    ];
    const longestGap = (patience: number): number => {
      const own = [...served(crowd, () => ltr({ patience, runs: 1 }))].flatMap((letter, k) =>
        letter === 'A' ? [k] : [],
      );
      return Math.max(...own.slice(1).map((k, at) => k - own[at]));
    };
    expect(longestGap(1e9)).toBeGreaterThan(70);
    expect(longestGap(10)).toBeLessThanOrEqual(14);
  });
});

describe('ssjf', () => {
  test('without a longest wait it is sjf', () => equal(() => ssjf({ longest: Infinity, multiple: Infinity }), sjf));

  test('while the longest waiter has waited too long, everyone goes by arrival', () => {
    const jobs = [
      { arrival: 0, output: 3 },
      { arrival: 1, output: 9 },
      ...[2, 3, 4, 5].map((arrival) => ({ arrival, output: 3 })),
      { arrival: 185, output: 9 },
      { arrival: 186, output: 2 },
    ];
    expect(served(jobs, ssjf)).toBe('AAACCCDDDEEEFFFBBBBBBBBBHHGGGGGGGGG');
    expect(served(jobs, () => ssjf({ longest: 70 }))).toBe('AAACCCDDDBBBBBBBBBEEEFFFHHGGGGGGGGG');
    const inOwnTime = 70 / (9 * 20_000 + 100_000); // the same 70 µs for B
    expect(served(jobs, () => ssjf({ multiple: inOwnTime }))).toBe('AAACCCDDDBBBBBBBBBEEEFFFHHGGGGGGGGG');
  });
});

describe('elis', () => {
  test('windows of one token are srpt', () => equal(() => elis({ window: 1 }), srpt));

  test('what is done counts at the end of a window', () => {
    const jobs = [
      { arrival: 0, output: 8 },
      { arrival: 15, output: 7 },
    ];
    expect(served(jobs, srpt)).toBe('AAAAAAAABBBBBBB');
    expect(served(jobs, () => elis({ window: 4 }))).toBe('AABBBBBBBAAAAAA');
  });
});

describe('tie', () => {
  test('without spread it is sjf', () => {
    const sure = guesses((length, r) => ({ length: length + ((r * 7) % 5) }));
    for (const seed of seeds) {
      const [a, b] = [tie, sjf].map((scheduler) =>
        leftAt(runSmall({ engine: 'vllm-v1', seed, scheduler, predictor: sure })),
      );
      expect(a).toEqual(b);
    }
  });

  test('of two that are as long on average the surer one goes first, if the tail has a price', () => {
    const jobs = [
      { arrival: 0, output: 1 },
      { arrival: 1, output: 4 },
      { arrival: 2, output: 4 },
    ];
    const unsure = guesses((length, r) => ({ length, spread: r === 1 ? 3 : 0 }));
    expect(served(jobs, tie, unsure)).toBe('ACCCCBBBB');
    expect(served(jobs, () => tie({ weight: 0 }), unsure)).toBe('ABBBBCCCC');
  });

  test('the tail is that of a log-normal', () => {
    const engine = startSmall({
      engine: 'serial',
      seed: 1,
      scheduler: tie,
      predictor: guesses(() => ({ length: 100, spread: 100 })),
    });
    toTurn(engine);
    engine.scheduler.decide(engine.view, engine.replica.decision);
    // CVaR = mean·Φ(σ − z)/(1 − level), σ² = ln 2, z = 1.28155: 100·.32671/.1
    expect(Math.abs(engine.replica.decision.rank[0] / (100 + 326.71) - 1)).toBeLessThan(0.02);
  });
});

describe('alise', () => {
  test('queues by remaining time, in each the earlier first', () => {
    const jobs = [
      { arrival: 0, output: 8 },
      { arrival: 15, output: 5 },
      { arrival: 15, output: 4 },
    ];
    expect(served(jobs, srpt)).toBe('AACCCCBBBBBAAAAAA');
    // Up to 4 tokens are the first queue, up to 8 the second.
    expect(served(jobs, () => alise({ quantum: 40 }))).toBe('AACCCCAAAAAABBBBB');
  });
});
