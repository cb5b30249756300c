/** Cloned orders: they rank as the expert does, serve as it does, and training can be broken off. */
import { beforeAll, describe, expect, it } from 'vitest';
import { agreementOf, type CloneOrderOptions, cloneOrder } from '../../../agents/learners/clone-order.js';
import { dagger } from '../../../agents/learners/dagger.js';
import { type Lesson, lessonsOf } from '../../../agents/learners/lessons.js';
import { orderPolicy } from '../../../agents/order-policy.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import type { Scheduler } from '../../../env/serving/policy.js';
import { REQUEST_FEATURES } from '../../../env/tasks/features.js';
import type { Weights } from '../../../predictors/weights.js';
import { engines, leftAt, runSmall } from '../../contracts/small-world.js';
import { heard, make, schoolDay } from './school.js';

/** The feature that tells what is left. */
const LEFT = 2;
const quick = { seed: 3, updates: 200, hidden: [16] } as const satisfies CloneOrderOptions;

describe('lessons', () => {
  it('leave the episode as it is', () => {
    const engine = createEngine(schoolDay(1, make('srpt')));
    run(engine);
    let end = 0;
    const noting = (): Scheduler => {
      const inner = make('srpt')();
      return {
        ...inner,
        decide(view, out) {
          end = Math.max(end, view.now);
          inner.decide(view, out);
        },
      };
    };
    expect(heard('laps-sd', [1], noting).length).toBeGreaterThan(20);
    expect(end).toBeLessThan(engine.replica.now);
    expect(end).toBeGreaterThan(0.9 * engine.replica.now);
  });

  it('have the ranks of the expert, not of who acts, for what is shown', () => {
    for (const { requests, rank } of heard('expr: generated', [1], make('srpt')))
      rank.forEach((generated, k) => {
        expect(requests[k * REQUEST_FEATURES + 4]).toBeCloseTo(generated / 1024, 5);
      });
  });

  it('of a clairvoyant expert are by true lengths', () => {
    const [seen, known] = [false, true].map((clairvoyant) => heard('srpt', [1], make('fcfs'), { clairvoyant }));
    expect(known.map(({ requests }) => requests)).toEqual(seen.map(({ requests }) => requests));
    const shown = ({ requests }: Lesson, k: number): number => 1024 * requests[k * REQUEST_FEATURES + LEFT];
    const off = (lessons: readonly Lesson[]): number =>
      lessons
        .flatMap((lesson) => [...lesson.rank].map((rank, k) => Math.abs(Math.max(0, rank) - shown(lesson, k))))
        .reduce((sum, x) => sum + x, 0);
    expect(off(seen)).toBeLessThan(1);
    expect(off(known)).toBeGreaterThan(1000);
    for (const { rank } of known) for (const left of rank) expect(left).toBeGreaterThan(0);
  });

  it('need somebody who acts', () => {
    const { scheduler: _, ...alone } = schoolDay(1, make('fcfs'));
    expect(() => lessonsOf(alone, { expert: make('fcfs') })).toThrow('lessons: nobody acts');
  });
});

describe('a cloned order', () => {
  const trained: Record<string, Weights> = {};
  beforeAll(async () => {
    for (const expert of ['srpt', 'volume'])
      trained[expert] = await cloneOrder(heard(expert, [11, 12, 13, 14]), { seed: 1, updates: 500, hidden: [32] });
  });

  it.each([
    ['srpt', 0.98],
    ['volume', 0.94],
  ])('ranks as %s does, in episodes it has not seen', (expert, least) => {
    expect(agreementOf(trained[expert], heard(expert, [1, 2]))).toBeGreaterThan(least);
  });

  it('serves nearly as the expert does', () => {
    const area = (scheduler: () => Scheduler): number =>
      [1, 2].reduce((sum, seed) => {
        const engine = createEngine(schoolDay(seed, scheduler));
        run(engine);
        return sum + engine.replica.totals.areaInSystem;
      }, 0);
    const [fcfs, srpt] = ['fcfs', 'srpt'].map((spec) => area(make(spec)));
    expect(srpt).toBeLessThan(0.95 * fcfs);
    const clone = area(orderPolicy(trained.srpt, { name: 'clone' }));
    expect(Math.abs(clone - srpt)).toBeLessThan(0.2 * (fcfs - srpt));
  });

  it.each(engines)('keeps the promises of a scheduler on %s', (engine) => {
    const scheduler = orderPolicy(trained.volume, { name: 'clone', longest: 4000 });
    const first = runSmall({ engine, seed: 4, scheduler });
    expect(first.replica.totals.finished).toBe(24);
    expect(leftAt(runSmall({ engine, seed: 4, scheduler }))).toEqual(leftAt(first));
  });

  it('is not the heuristic on whose base it stands', () => {
    const blank = orderPolicy(trained.srpt, { name: 'clone', base: make('expr: 1') });
    const own = orderPolicy(trained.srpt, { name: 'clone' });
    const [a, b, c] = [blank, own, make('fcfs')].map((scheduler) =>
      leftAt(runSmall({ engine: 'vllm-v1+rank', seed: 5, scheduler })),
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});

describe('training', () => {
  it('broken off and taken up again comes to the same bytes', async () => {
    const lessons = heard('srpt', [11]);
    const whole = await cloneOrder(lessons, quick);
    const states: Weights[] = [];
    await cloneOrder(lessons, { ...quick, checkpoint: (state) => states.push(state) });
    expect(states).toHaveLength(2);
    expect(await cloneOrder(lessons, { ...quick, from: states[0] })).toEqual(whole);
    expect(await cloneOrder(lessons, { ...quick, seed: 4 })).not.toEqual(whole);
  });

  it('says how it goes, and stops when told', async () => {
    const lessons = heard('srpt', [11]);
    const losses: number[] = [];
    await cloneOrder(lessons, { ...quick, updates: 300, onProgress: ({ loss }) => losses.push(loss) });
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]);
    await expect(cloneOrder(lessons, { ...quick, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    await expect(cloneOrder([], quick)).rejects.toThrow('there are no lessons');
  });
});

describe('DAgger', () => {
  it('asks for the lessons of whoever acts, and can be broken off', async () => {
    const asked: [round: number, learner: boolean][] = [];
    const gather = (learner: Weights | null, round: number): Lesson[] => {
      asked.push([round, learner !== null]);
      return heard('srpt', [20 + round], learner ? orderPolicy(learner, { name: 'learner' }) : make('srpt'));
    };
    const states: Weights[] = [];
    const options = { ...quick, updates: 100, rounds: 3 };
    const noting = async (_learned: Weights, state: () => Weights) => states.push(state()) < 3;
    const whole = await dagger(gather, { ...options, between: noting });
    expect(asked).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ]);
    expect(await dagger(gather, { ...options, from: states[1] })).toEqual(whole);
    expect(asked.slice(3)).toEqual(asked.slice(0, 3));
    await expect(dagger(gather, { ...options, from: whole })).rejects.toThrow('expected what a round left');
    expect(await dagger(gather, { ...options, rounds: 9, from: states[1], between: async () => false })).toEqual(whole);
  });
});
