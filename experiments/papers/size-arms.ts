/** Orders on one server that drafts, and claims about how their mean latencies differ. */
import { lapsSd } from '../../agents/schedulers/laps-sd.js';
import { las } from '../../agents/schedulers/las.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { oracle } from '../../predictors/oracle.js';
import { type Interval, relativeDifference } from '../bootstrap.js';
import { openPool, originNote, type PoolName } from './drafted-pool.js';
import { drawJobs, inOrder, type Jobs, oracleOfSteps, STEP, serve, serveInOrder } from './drafted-queue.js';
import { type Findings, near, type Paper } from './paper.js';
import { controlled } from './queue.js';

/** Whoever is served only rises in these orders, so nothing changes between events. */
const onEvents = (make: () => Scheduler) => (): Scheduler => ({ ...make(), wakeIn: Infinity });

/** Lengths are known exactly. MLFQ is LAPS-SD in which nobody becomes perceptible: the same levels. SRPT(T) knows acceptance, too. */
const ARMS = {
  LAS: (jobs: Jobs) => serve(jobs, () => las({ by: 'service', quantum: STEP }), oracle),
  MLFQ: (jobs: Jobs) => serve(jobs, () => lapsSd({ minSteps: Infinity }), oracle),
  SJF: (jobs: Jobs) => serve(jobs, onEvents(sjf), oracle),
  'SRPT(L)': (jobs: Jobs) => serve(jobs, onEvents(srpt), oracle),
  'SRPT(T)': (jobs: Jobs) => serve(jobs, onEvents(srpt), oracleOfSteps(jobs)),
  'LAPS-SD': (jobs: Jobs) => serve(jobs, lapsSd, oracle),
  'LAPS-SD settled by its ends': (jobs: Jobs) => serve(jobs, () => lapsSd({ settled: 'ends' }), oracle),
  'LAPS-SD stable from step 24': (jobs: Jobs) => serve(jobs, () => lapsSd({ minSteps: 24 }), oracle),
  'LAPS-SD stable from step 32': (jobs: Jobs) => serve(jobs, () => lapsSd({ minSteps: 32 }), oracle),
} as const;

export type SizeArm = keyof typeof ARMS;

/** Mean responses in steps, by arm, and those of first come, first served on the same jobs and in the long run. */
export interface Responses {
  readonly arms: Readonly<Partial<Record<SizeArm, number>>>;
  readonly fcfs: number;
  readonly longRun: number;
}

/** Serves the same jobs in each of these orders. */
export const respond = (jobs: Jobs, load: number, arms: readonly SizeArm[]): Responses => ({
  arms: Object.fromEntries(arms.map((arm) => [arm, ARMS[arm](jobs)])),
  fcfs: serveInOrder(jobs),
  longRun: inOrder(jobs.pool, load),
});

/**
 * How much longer the mean response of an arm is than another's, as a share of it. Against first come, first served its long run
 * is known, and what it did on the same jobs is the control.
 */
export function longer(samples: readonly Responses[], arm: SizeArm, reference: SizeArm | 'FCFS'): Interval {
  const of = (name: SizeArm): number[] => samples.map(({ arms }) => arms[name] ?? Number.NaN);
  if (reference !== 'FCFS') return relativeDifference(of(arm), of(reference));
  const [{ longRun }] = samples;
  const mean = controlled(
    of(arm),
    samples.map(({ fcfs }) => fcfs),
    longRun,
  );
  const share = (value: number): number => value / longRun - 1;
  return { value: share(mean.value), low: share(mean.low), high: share(mean.high) };
}

/** A claim: the mean latency of an arm against another's on the same requests. */
export interface Comparison {
  readonly pool: PoolName;
  readonly load: number;
  readonly arm: SizeArm;
  readonly reference: SizeArm | 'FCFS';
  /** As a share of the reference's, no effect is 0; null: shown only. */
  readonly expected: { readonly share: number; readonly within: number } | null;
}

type Cells = Readonly<Record<string, Responses>>;
const cellOf = ({ pool, load }: Pick<Comparison, 'pool' | 'load'>): string => `${pool}, load ${load}`;

/**
 * A paper of such claims. A cell is a pool at a load; every arm that a claim names there serves the same jobs.
 * @param jobs of a cell and seed at load .8; as many at others as its queue takes to forget, (1 − load)⁻²
 */
export function latencyPaper(
  { reason, ...about }: Pick<Paper, 'title' | 'source' | 'claim' | 'setting' | 'seeds'> & Pick<Findings, 'reason'>,
  comparisons: readonly Comparison[],
  jobs: { readonly full: number; readonly quick: number },
): Paper<Cells> {
  const cells = new Map(comparisons.map((each) => [cellOf(each), each]));
  const armsOf = (cell: string): SizeArm[] => {
    const named = comparisons.filter((each) => cellOf(each) === cell).flatMap(({ arm, reference }) => [arm, reference]);
    return [...new Set(named)].filter((name) => name !== 'FCFS');
  };
  return {
    ...about,
    async open(quick) {
      const count = jobs[quick ? 'quick' : 'full'];
      const names = [...new Set(comparisons.map(({ pool }) => pool))];
      const pools = new Map(await Promise.all(names.map(async (name) => [name, await openPool(name)] as const)));
      return (seed) =>
        Object.fromEntries(
          Array.from(cells, ([cell, { pool: name, load }]) => {
            const pool = pools.get(name);
            if (!pool) throw new Error(`${name} was not opened`);
            const own = Math.round(count * (0.2 / (1 - load)) ** 2);
            return [cell, respond(drawJobs(pool, load, own, seed), load, armsOf(cell))];
          }),
        );
    },
    conclude: (samples) => ({
      figures: comparisons.map((each) => ({
        what: `${cellOf(each)}: ${each.arm} against ${each.reference}`,
        unit: '%',
        expected: each.expected && near(each.expected.share, each.expected.within, 0),
        measured: longer(
          samples.map((sample) => sample[cellOf(each)]),
          each.arm,
          each.reference,
        ),
      })),
      ...(reason !== undefined && { reason }),
      notes: [originNote()],
    }),
  };
}
