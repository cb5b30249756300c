/** How trainings go while they go on: all seeds on one bar. */
import type { Talk } from '../cli/command.js';
import { figure, percentage } from '../report/table.js';
import { agents } from './agents.js';
import type { Standing } from './evaluate.js';
import type { SeedNews } from './one-seed.js';
import type { TrainSettings } from './settings.js';

export interface SeedProgress {
  hear(news: SeedNews): void;
  /**
   * @param best where validation chose: its difference to the base
   * @param taken steps at its end, which may come early; the last news can be older
   */
  finished(seed: number, best: number, taken: number): void;
  end(): void;
}

/** Steps of a seed, of a search episodes. */
interface Steps {
  readonly done: number;
  /** Those of them that took no time now: an interrupted run's, and what was not needed. */
  readonly before: number;
}

/**
 * @param beside what the validation of others came to
 * @param clock milliseconds, for tests
 */
export function showSeeds(
  talk: Pick<Talk, 'progress'>,
  settings: TrainSettings,
  beside: readonly Standing[],
  clock: () => number = () => performance.now(),
): SeedProgress {
  const { agent, steps, seeds } = settings;
  const each = agents[agent].total(settings);
  const unit = steps === undefined ? 'episodes' : 'steps';
  const bar = talk.progress(unit, seeds * each);
  const others = beside.map(({ name, difference }) => `${name} ${share(difference)}`).join(', ');
  const started = clock();
  const standings = new Map<number, Steps>();
  let ended = 0;
  let lowest: number | null = null;

  function show(seed: number, standing: Steps, best: number | null, how: string): void {
    standings.set(seed, standing);
    if (best !== null) lowest = Math.min(best, lowest ?? best);
    const sum = (name: keyof Steps): number => [...standings.values()].reduce((all, one) => all + one[name], 0);
    const [done, before] = [sum('done'), sum('before')];
    const rate = (done - before) / Math.max(1e-3, (clock() - started) / 1000);
    const speed = `${figure(rate)} ${unit}/s`;
    const all = [`${ended} of ${seeds} seeds`, speed, `best so far ${share(lowest)}`, `seed ${seed}: ${how}`];
    bar.at(done, [...(seeds > 1 ? all : [speed, how]), others].filter((part) => part !== '').join(' · '), before);
  }

  return {
    hear(news) {
      const done = Math.min(news.done, each);
      show(news.seed, { done, before: standings.get(news.seed)?.before ?? done }, news.best, newsText(news));
    },
    finished(seed, best, taken) {
      ended++;
      const known = standings.get(seed); // nobody told of it: an interrupted run had finished it
      const before = known === undefined ? each : known.before + each - Math.min(taken, each);
      show(seed, { done: each, before }, best, 'done');
    },
    end: () => bar.end(),
  };
}

/** What is said of the last iteration. */
function newsText({ row, validation }: SeedNews): string {
  if (row === undefined) return 'first iteration';
  const { iteration, episodes, steps, mean = null, return: earned = null } = row;
  const training =
    steps === undefined
      ? `training ${share(mean)}`
      : `${episodes} episodes, training return ${figure(earned ?? Number.NaN)}`;
  return `iteration ${iteration}, ${training}, validation ${share(validation)}`;
}

const share = (value: number | null): string => (value === null ? '–' : percentage({ value }));
