/** Planning by fork: it chooses what is better by its beliefs, sees no truth, and leaves no trace. */
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../../env/serving/beliefs.js';
import { createEngine, type Engine, run } from '../../../env/serving/engine.js';
import type { Scheduler } from '../../../env/serving/policy.js';
import type { Workload } from '../../../env/workloads/workload.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { engines, leftAt, runSmall, smallWorkload } from '../../contracts/small-world.js';
import { createAuditor } from '../../laws/auditor.js';
import { randomEpisode, seededDraw } from '../../laws/generators.js';
import { served } from '../by-hand.js';

const make = (spec: string): (() => Scheduler) => resolveScheduler(spec).make;
const seeds = [4, 7];

/** Long ones as a rule half as long as declared, nobody knows. */
const unsure = (): Predictor => ({
  name: 'unsure',
  information: 'declared',
  reset({ beliefs, requests }) {
    this.arrive = (r) => {
      beliefs.length[r] = 0.7 * requests.declared[r];
      beliefs.lengthSpread[r] = 0.4 * requests.declared[r];
      beliefs.acceptance[r] = 0.5;
    };
  },
  arrive() {},
});

describe('choices', () => {
  const jobs = [
    { arrival: 0, output: 5 },
    { arrival: 0, output: 2 },
    { arrival: 0, output: 3 },
  ];
  const backwards = 'expr: -remaining';

  it.each([
    ['fcfs | srpt', 'BBCCCAAAAA'],
    [`${backwards} | srpt | fcfs`, 'BBCCCAAAAA'],
    [`${backwards} | fcfs`, 'AAAAABBCCC'],
    ['srpt', 'BBCCCAAAAA'],
  ])('of plan(%s) with beliefs that are true', (candidates, letters) => {
    expect(served(jobs, make(`plan(${candidates}):samples=1`))).toBe(letters);
  });

  it('are by promises where it is told so', () => {
    const due = [
      { arrival: 0, output: 5, deadline: 50 },
      { arrival: 0, output: 2 },
    ];
    expect(served(due, make('plan(srpt | edf)'))).toBe('BBAAAAA');
    expect(served(due, make('plan(srpt | edf):objective=slo'))).toBe('AAAAABB');
  });

  it('need more than the margin', () => {
    const two = jobs.slice(0, 2); // ΣJCT 12 in order of arrival, 9 shortest first
    expect(served(two, make('plan(fcfs | srpt):margin=0.24'))).toBe('BBAAAAA');
    expect(served(two, make('plan(fcfs | srpt):margin=0.26'))).toBe('AAAAABB');
  });

  it('make no difference where the first one takes over at once', () => {
    expect(served(jobs, make('plan(fcfs | srpt):horizonS=1e-9'))).toBe('AAAAABBCCC');
  });

  it('are made again no sooner than they may be', () => {
    // Short ones come after a choice of srpt, which is right for them; then a due date that only edf keeps.
    const late = [
      { arrival: 0, output: 4 },
      { arrival: 0, output: 2 },
      { arrival: 5, output: 4, deadline: 60 },
    ];
    const spec = 'plan(srpt | edf):objective=slo';
    expect(served(late, make(`${spec},everyS=0`))).toBe('BCCCCAAAAB');
    expect(served(late, make(`${spec},everyS=1`))).toBe('BBAAAACCCC');
  });
});

const courseOf = ({ replica, ...engine }: Engine) => ({
  left: leftAt({ replica, ...engine } as Engine),
  totals: { ...replica.totals, turns: 0 },
});

describe.each(engines)('on %s', (engine) => {
  it('a plan among equals is what they are, to the microsecond: forks leave no trace', () => {
    for (const seed of seeds)
      for (const spec of ['laps-sd:window=2,minSteps=3,borderMs=5', 'limited(las)']) {
        const plan = `plan(${spec} | ${spec}):everyS=0.02,samples=1,arrivalsS=0.01,margin=0.99`;
        expect(courseOf(runSmall({ engine, seed, scheduler: make(plan), predictor: unsure }))).toEqual(
          courseOf(runSmall({ engine, seed, scheduler: make(spec), predictor: unsure })),
        );
      }
  });

  it('decides nothing by what is hidden', () => {
    let differ = 0;
    for (const seed of seeds) {
      const scheduler = 'plan(fcfs | srpt | las):everyS=0.01,samples=2,arrivalsS=0.02';
      const workload = smallWorkload(seed);
      const whole = decisions({ engine, seed, workload }, scheduler);
      const t = whole.log[Math.floor(whole.log.length / 2)].at;
      const other = decisions({ engine, seed, workload: otherAfter(t, workload, whole.left) }, scheduler);
      const past = (log: readonly Entry[]) => log.filter(({ at }) => at < t);
      expect(past(other.log)).toEqual(past(whole.log));
      if (JSON.stringify(other.log) !== JSON.stringify(whole.log)) differ++;
    }
    expect(differ).toBe(seeds.length);
  });
});

interface Entry {
  readonly at: number;
  readonly ranks: readonly (readonly number[])[];
}

/** What it said in every turn, and when requests left, by row. */
function decisions(world: { engine: (typeof engines)[number]; seed: number; workload: Workload }, spec: string) {
  const log: Entry[] = [];
  const scheduler = (): Scheduler => {
    const inner = make(spec)();
    let real = false;
    return {
      ...inner,
      reset(episode) {
        real = episode.imagine !== undefined;
        inner.reset?.(episode);
      },
      decide(view, out) {
        inner.decide(view, out);
        const { ids, n } = view.live;
        const ranks = Array.from({ length: n }, (_, k) => [view.requests.key[ids[k]], out.rank[ids[k]]]);
        if (real) log.push({ at: view.now, ranks });
      },
    };
  };
  const left = leftAt(runSmall({ ...world, scheduler, predictor: unsure }));
  return { log, left: Array.from(world.workload.key, (key) => left.get(key) ?? 0) };
}

/** Who is here at t is declared the same and ends otherwise; who comes later is somebody else. */
function otherAfter(t: number, workload: Workload, left: readonly number[]): Workload {
  const { arrival, declared, outputTokens } = workload;
  const comesLater = (row: number): boolean => arrival[row] >= t;
  return {
    ...workload,
    arrival: arrival.map((time, row) => (comesLater(row) ? time + 5000 : time)),
    outputTokens: outputTokens.map((tokens, row) => (left[row] >= t ? declared[row] : tokens)),
    promptTokens: workload.promptTokens.map((tokens, row) => (comesLater(row) ? 41 - tokens : tokens)),
  };
}

describe('decisions that take time', () => {
  const two = [
    { arrival: 0, output: 3 },
    { arrival: 0, output: 2 },
  ];
  const leftBy = (spec: string): number => {
    const engine = runSmall({ engine: 'serial', seed: 4, scheduler: make(spec), workload: smallWorkload(4, 1) });
    return engine.replica.now;
  };

  it('make the next iteration longer: once for the arrival of one request', () => {
    expect(leftBy('costly(fcfs):micros=300') - leftBy('fcfs')).toBe(300);
  });

  it('let due dates pass that a cheaper one keeps', () => {
    const due = [{ ...two[0], deadline: 35 }, two[1]];
    expect(served(due, make('costly(edf):micros=4'))).toBe('AAABB');
    const spec = (micros: number) => make(`plan(srpt | costly(edf):micros=${micros}):objective=slo`);
    expect(served(due, spec(4))).toBe('AAABB');
    expect(served(due, spec(6))).toBe('BBAAA'); // 36 µs are too late, so that it does not matter
  });

  it('must end', () => {
    const endless = (): Scheduler => ({
      name: 'endless',
      decide(_view, out) {
        out.took = Infinity;
      },
    });
    expect(() => served(two, endless)).toThrow('policy endless: a decision took for ever at 0 µs');
  });

  it('are charged for plans, not for turns', () => {
    const world = { engine: 'serial', seed: 4, workload: smallWorkload(4, 1) } as const;
    const free = runSmall({ ...world, scheduler: make('plan(fcfs | srpt):everyS=0') }).replica.now;
    const dear = runSmall({ ...world, scheduler: make('plan(fcfs | srpt):everyS=0,micros=700') }).replica.now;
    expect(dear).toBe(free); // nobody to choose among
    const jobs = Array.from({ length: 3 }, () => ({ arrival: 0, output: 2 }));
    expect(served(jobs, make('plan(fcfs | srpt):everyS=0,micros=700'))).toBe('AABBCC');
  });
});

it('a plan within a plan has nothing to look ahead with', () => {
  expect(() =>
    served(
      [
        { arrival: 0, output: 5 },
        { arrival: 0, output: 2 },
      ],
      make('plan(plan(fcfs | srpt) | sjf)'),
    ),
  ).toThrow('plan: nothing can be imagined here');
});

it('foresees arrivals where prompts share their beginnings, and leaves the episode as it is', () => {
  let shared = 0;
  for (let seed = 0; seed < 30; seed++) {
    const d = seededDraw(`contents ${seed}`);
    const rules = { unfit: 'reject' } as const;
    const episode = randomEpisode(d, { preset: 'vllm-v1+rank', horizon: false, rules });
    if (!episode.workload.content || !episode.rules.prefixCaching) continue;
    shared++;
    const play = (spec: string): Engine => {
      const setup = { ...episode, predictor: unsure, scheduler: make(spec) };
      const engine = createEngine({ ...setup, recorders: [createAuditor()] });
      expect(run(engine)).toBe('drained');
      return engine;
    };
    // One candidate is that candidate, whatever is imagined on the way.
    expect(leftAt(play('plan(srpt):samples=2,everyS=0.001,horizonS=0.03,arrivalsS=0.02'))).toEqual(
      leftAt(play('srpt')),
    );
    play('plan(srpt | fcfs):samples=2,everyS=0.001,horizonS=0.03,arrivalsS=0.02');
  }
  expect(shared).toBeGreaterThan(5);
});
