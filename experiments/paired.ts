/** Everybody meets the same luck: a grid of engines, loads, schedulers and beliefs, every cell on the same paired seeds. */
import type { Outcome } from '../env/serving/engine.js';
import type { Summary } from '../env/serving/metrics.js';
import type { BeliefError } from './belief-error.js';
import { resolvePredictor } from './catalogue.js';
import { runEpisode } from './episode.js';
import { shortName } from './policies.js';
import type { Work } from './pool.js';
import { hardwareOf, promisesOf, type Setting } from './setting.js';
import { firstTooLong, type TooLong } from './too-long.js';
import { findTuned, orderOf, playsOn, policyOf } from './tune/contestants.js';
import { openWorld } from './world.js';

/** A scheduler and the beliefs it is given; 'none' where it reads none. */
export interface Contestant {
  readonly scheduler: string;
  readonly belief: string;
}

/** What runs, as plain data: workers build the rest themselves. */
export interface Grid {
  readonly setting: Setting & { readonly seed: number };
  readonly contestants: readonly Contestant[];
  /** Arrivals in requests/s for each load. */
  readonly loads: readonly { readonly load: number; readonly rate: number }[];
  readonly seeds: number;
  readonly gamma: number;
  /** Names of episodes that have been run before. */
  readonly done: readonly string[];
}

export interface Episode extends Contestant {
  readonly engine: string;
  readonly load: number;
  /** 0 … seeds − 1. */
  readonly seed: number;
  readonly outcome: Outcome;
  readonly summary: Summary;
  /** How far its beliefs were off; without any it is left out. */
  readonly error?: BeliefError;
  /** One of those that were rejected; with none it is left out. */
  readonly rejected?: TooLong;
  /** Differs from run to run. */
  readonly measured: { readonly decisionMicros: number };
}

export const episodeName = (e: Pick<Episode, 'engine' | 'load' | 'seed' | 'scheduler' | 'belief'>): string =>
  [e.engine, e.load, e.seed, e.scheduler, e.belief].join(' / ');

/** The reference of all differences. */
export const REFERENCE: Contestant = { scheduler: 'fcfs', belief: 'none' };

export const isReference = ({ scheduler }: Contestant): boolean => scheduler === REFERENCE.scheduler;

/**
 * Schedulers × beliefs, each pair once, first come, first served first; who reads no belief appears once.
 * @param setting the named setting whose tuned policies may be named
 */
export function contestantsOf(
  schedulers: readonly string[],
  beliefs: readonly string[],
  setting?: string | undefined,
): Contestant[] {
  const predictors = beliefs.map((spec) => resolvePredictor(spec).name);
  const pairs = [REFERENCE];
  for (const spec of schedulers) {
    const { name, reads } = orderOf(spec, setting);
    const scheduler = findTuned(spec, setting) ? spec.trim() : name;
    for (const belief of reads === 'nothing' ? ['none'] : predictors) pairs.push({ scheduler, belief });
  }
  const distinct = [...new Map(pairs.map((pair) => [`${pair.scheduler} × ${pair.belief}`, pair])).values()];
  const labels = distinct.map(labelOf);
  const twice = labels.find((label, k) => labels.indexOf(label) !== k);
  if (twice !== undefined) throw new Error(`two policies are ${twice} in tables: rename the folder of one`);
  return distinct;
}

/** As tables and pictures name it. */
export const labelOf = ({ scheduler, belief }: Contestant): string =>
  belief === 'none' ? scheduler : `${shortName(scheduler)} × ${belief}`;

/** All episodes in the order of results: by engine, load, contestant, seed. */
export function episodesOf({
  setting,
  loads,
  contestants,
  seeds,
}: Grid): Pick<Episode, 'engine' | 'load' | 'seed' | 'scheduler' | 'belief'>[] {
  return setting.engine.flatMap((engine) =>
    loads.flatMap(({ load }) =>
      contestants
        .filter(({ scheduler }) => playsOn(engine, scheduler, setting.setting))
        .flatMap((pair) => Array.from({ length: seeds }, (_, seed) => ({ engine, load, seed, ...pair }))),
    ),
  );
}

/** A job is a seed: its workload is made once, and everybody meets it. */
export async function openGrid(grid: Grid): Promise<Work<number, Episode>> {
  const { setting, contestants, loads, seeds, gamma } = grid;
  const world = await openWorld(setting, seeds);
  const { cost } = hardwareOf(setting);
  const slo = promisesOf(setting);
  const policies = contestants.map((pair) => {
    const { scheduler, predictor, rules } = policyOf(pair, setting, gamma);
    const engines = setting.engine.filter((engine) => playsOn(engine, pair.scheduler, setting.setting));
    return { pair, scheduler, predictor, rules: new Map(engines.map((engine) => [engine, rules(engine)])) };
  });
  const done = new Set(grid.done);
  return function* (seed) {
    for (const { load, rate } of loads) {
      const workload = world.sample(seed, rate);
      for (const engine of setting.engine) {
        for (const { pair, scheduler, predictor, rules } of policies) {
          const cell = { engine, load, seed, ...pair };
          const own = rules.get(engine);
          if (own === undefined || done.has(episodeName(cell))) continue;
          const common = {
            workload,
            rules: own,
            cost,
            scheduler,
            predictor,
            seed: `${setting.seed}/${seed}`,
            slo,
            watch: pair.belief !== 'none',
          };
          const { outcome, summary, decisionMicros, error } = runEpisode(common);
          const rejected = summary.requests.rejected > 0 ? firstTooLong(workload, own) : null;
          const found = { ...(error && { error }), ...(rejected && { rejected }) };
          yield { ...cell, outcome, summary, ...found, measured: { decisionMicros } };
        }
      }
    }
  };
}
