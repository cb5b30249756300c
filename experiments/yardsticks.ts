/** What a comparison is measured by, for each engine, load and seed: the proven bound, and the clairvoyant reference where wanted. */
import { extname } from 'node:path';
import type { Rules } from '../env/serving/rules.js';
import type { Micros } from '../env/time.js';
import type { Workload } from '../env/workloads/workload.js';
import { type Bound, boundKey, boundsOf, type Refusal } from './bound.js';
import type { Talk } from './cli/command.js';
import { Interrupted } from './cli/exit.js';
import type { Contestant, Grid } from './paired.js';
import { runJobs, type Work } from './pool.js';
import { type Reference, referenceOf } from './reference.js';
import { openJournal } from './results.js';
import { hardwareOf } from './setting.js';
import { knobsAmong } from './tune/contestants.js';
import { openWorld } from './world.js';

export interface Yardstick {
  readonly engine: string;
  readonly load: number;
  readonly seed: number;
  /** µs that no mean JCT is below; null: nothing is proven, because of `refused`. */
  readonly bound: Micros | null;
  readonly refused: string | null;
  readonly reference: Reference | null;
}

/** Plain data: workers build the rest. */
export interface YardstickSetup extends Pick<Grid, 'setting' | 'loads' | 'seeds' | 'gamma'> {
  /** What is wanted. */
  readonly bound: boolean;
  readonly reference: boolean;
  /** The knobs of those who were tuned or trained are open to the reference. */
  readonly contestants: readonly Contestant[];
  readonly done: readonly string[];
}

const nameOf = ({ engine, load, seed }: Pick<Yardstick, 'engine' | 'load' | 'seed'>): string =>
  [engine, load, seed].join(' / ');

/** A job is a seed. What requests must pay is found once for all loads, and for all engines with the same limits. */
export async function openYardsticks(setup: YardstickSetup): Promise<Work<number, Yardstick>> {
  const { setting, loads, seeds, gamma } = setup;
  const world = await openWorld(setting, seeds);
  const hardware = hardwareOf(setting);
  const engines = setting.engine.map((engine) => ({
    engine,
    rules: hardware.rules(engine, gamma),
    tuned: knobsAmong(setup.contestants, engine, setting.setting, gamma),
  }));
  const changed = (engine: string, changes: Partial<Rules>, drafts: number): Rules =>
    hardwareOf({ ...setting, rules: { ...setting.rules, ...changes } }).rules(engine, drafts);
  const done = new Set(setup.done);
  return function* (seed) {
    let before: Workload | undefined;
    let known = new Map<string, ReturnType<typeof boundsOf>>();
    const prove = (workload: Workload, rules: Rules): Bound | Refusal => {
      if (before && !sameRequests(before, workload)) known = new Map();
      before = workload;
      const key = boundKey(rules);
      const bounds = known.get(key) ?? boundsOf(workload, rules, hardware.cost);
      known.set(key, bounds);
      return bounds(workload.arrival);
    };
    for (const { load, rate } of loads) {
      const workload = world.sample(seed, rate);
      for (const { engine, rules, tuned } of engines) {
        if (done.has(nameOf({ engine, load, seed }))) continue;
        const bound = setup.bound ? prove(workload, rules) : null;
        const reference = setup.reference
          ? referenceOf({
              workload,
              engine: (changes, drafts) => changed(engine, changes, drafts),
              gamma,
              tuned,
              cost: hardware.cost,
              seed: `${setting.seed}/${seed}`,
            })
          : null;
        yield {
          engine,
          load,
          seed,
          bound: bound?.proven ? bound.meanJct : null,
          refused: bound && !bound.proven ? bound.because : null,
          reference,
        };
      }
    }
  };
}

/** Row by row the same ones: another load moves arrivals only, and may change their order. */
const sameRequests = (a: Workload, b: Workload): boolean =>
  a.count === b.count && a.key.every((key, row) => key === b.key[row]);

/** What was measured; `finish` writes the list whole, once nothing that goes with it can be interrupted any more. */
export interface Measured {
  readonly yardsticks: readonly Yardstick[];
  finish(): void;
}

/** Measures what an interrupted run has not, on worker threads. */
export async function measureYardsticks(
  setup: Omit<YardstickSetup, 'done'>,
  folder: string,
  hash: string,
  talk: Talk,
): Promise<Measured> {
  const { setting, loads, seeds } = setup;
  const journal = openJournal<Yardstick>(folder, 'yardsticks', hash, talk.run.resume);
  const known = new Map(journal.before.map((yardstick) => [nameOf(yardstick), yardstick]));
  const jobs = Array.from({ length: seeds }, (_, seed) => seed);
  const wanted = setting.engine.flatMap((engine) =>
    loads.flatMap(({ load }) => jobs.map((seed) => nameOf({ engine, load, seed }))),
  );
  const progress = talk.progress(setup.reference ? 'bounds and references' : 'bounds', wanted.length);
  try {
    await runJobs<YardstickSetup, number, Yardstick>(jobs, {
      module: new URL(`./yardsticks-worker${extname(import.meta.url)}`, import.meta.url),
      setup: { ...setup, done: [...known.keys()] },
      here: openYardsticks,
      workers: talk.run.workers,
      signal: talk.signal,
      onResult(yardstick) {
        known.set(nameOf(yardstick), yardstick);
        journal.add(yardstick);
        progress.at(known.size);
      },
    });
  } catch (error) {
    if (error instanceof Interrupted) {
      throw new Interrupted(
        `${known.size} of ${wanted.length} ${setup.reference ? 'references' : 'bounds'} are kept in ${journal.file}; the same command goes on from there`,
      );
    }
    throw error;
  } finally {
    progress.end();
  }
  const yardsticks = wanted.map((name) => known.get(name)).filter((yardstick) => yardstick !== undefined);
  return { yardsticks, finish: () => void journal.finish(yardsticks) };
}
