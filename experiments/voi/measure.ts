/** What predictions of each quality are worth at a place: mean JCT on paired seeds, first come, first served beside it. */
import { rowsOf } from '../analysis.js';
import { type BeliefError, meanError } from '../belief-error.js';
import type { Interval } from '../bootstrap.js';
import { type Contestant, type Episode, REFERENCE } from '../paired.js';
import type { Place } from './places.js';
import { contestantOf, contestantsOf, type Sweep, sweeps } from './sweeps.js';

export interface VoiRow {
  readonly sweep: Sweep['name'];
  readonly scheduler: string;
  readonly quality: string;
  readonly belief: string;
  /** Seconds. */
  readonly jct: Interval;
  /** To FCFS on the same seeds, as a share of it. */
  readonly vsFcfs: Interval;
}

export interface Voi {
  readonly place: string;
  readonly summary: string;
  readonly load: number;
  /** Requests/s that load 1 is. */
  readonly capacity: number;
  /** Share of ΣJCT that FCFS spends waiting. */
  readonly waitingShare: number;
  readonly fcfs: Interval;
  readonly rows: readonly VoiRow[];
  /** How far each quality was off, means over seeds and schedulers. */
  readonly errors: readonly { readonly sweep: Sweep['name']; readonly quality: string; readonly error: BeliefError }[];
}

/** Everybody who is measured at a place, FCFS first. */
export function everybody(): Contestant[] {
  const all = [REFERENCE, ...sweeps.flatMap(contestantsOf)];
  return [...new Map(all.map((pair) => [`${pair.scheduler} × ${pair.belief}`, pair])).values()];
}

/** Sums up the episodes of a place. */
export function summed({ name, summary, load }: Place, capacity: number, episodes: readonly Episode[]): Voi {
  const measured = rowsOf(episodes);
  const find = ({ scheduler, belief }: Contestant) => {
    const row = measured.find((each) => each.scheduler === scheduler && each.belief === belief);
    if (!row) throw new Error(`${name}: no episode of ${scheduler} × ${belief}`);
    return row;
  };
  const reference = find(REFERENCE);
  const rows = sweeps.flatMap((sweep) =>
    sweep.schedulers.flatMap((scheduler) =>
      sweep.qualities.map((quality): VoiRow => {
        const contestant = contestantOf(scheduler, quality);
        const { jct, difference } = find(contestant);
        return {
          sweep: sweep.name,
          scheduler: scheduler.label,
          quality: quality.label,
          belief: contestant.belief,
          jct: jct.mean,
          vsFcfs: difference?.mean ?? { value: 0, low: 0, high: 0 },
        };
      }),
    ),
  );
  const errors = sweeps.flatMap((sweep) =>
    sweep.qualities.flatMap((quality) => {
      const judges = sweep.schedulers.filter(({ label }) => sweep.judged === undefined || label === sweep.judged);
      const mine = new Set(judges.map((scheduler) => nameOf(contestantOf(scheduler, quality))));
      const all = episodes.flatMap((episode) => (mine.has(nameOf(episode)) && episode.error ? [episode.error] : []));
      return all.length === 0 ? [] : [{ sweep: sweep.name, quality: quality.label, error: meanError(all) }];
    }),
  );
  return {
    place: name,
    summary,
    load,
    capacity,
    waitingShare: reference.waitingShare,
    fcfs: reference.jct.mean,
    rows,
    errors,
  };
}

const nameOf = ({ scheduler, belief }: Contestant): string => `${scheduler} × ${belief}`;
