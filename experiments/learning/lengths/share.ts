/** How much of what known lengths would bring an arm gets without knowing them. */
import { crossedBootstrap, type Interval } from '../../bootstrap.js';
import { medianOf, medianRatio } from '../judge.js';
import type { Place } from '../places.js';
import type { ResultAt } from '../rounds.js';

/** Who acts on which beliefs. */
export interface Arm {
  readonly label: string;
  readonly beliefs: string;
  /** Trainings that differ by seed alone, or one heuristic: names in the results. */
  readonly players: readonly string[];
}

/** Of several trainings the median one. */
export interface ArmRow extends Omit<Arm, 'players'> {
  readonly trainings: number;
  /** Seconds, mean over trainings. */
  readonly jct: number;
  /** Mean and 99th percentile of JCT to the first arm's, as shares. */
  readonly to: Interval;
  readonly p99: Interval;
  /** (first − own)/(first − last) of summed JCT: 0 is the first arm, 1 the last, whose lengths are known. */
  readonly share: Interval;
}

/** @param arms the first is what everybody is compared with, the last knows the lengths */
export function lengthGap(played: ResultAt, place: Place, seeds: number, arms: readonly Arm[]): ArmRow[] {
  const column = (player: string, of: 'jct' | 'p99'): Float64Array =>
    Float64Array.from({ length: seeds }, (_, index) => played(place, index, player)[of]);
  const first = column(arms[0].players[0], 'jct');
  const firstP99 = column(arms[0].players[0], 'p99');
  const known = column((arms.at(-1) as Arm).players[0], 'jct');
  return arms.map(({ label, beliefs, players }) => {
    const own = players.map((player) => column(player, 'jct'));
    const total = own.reduce((sum, each) => sum + each.reduce((a, b) => a + b, 0), 0);
    return {
      label,
      beliefs,
      trainings: players.length,
      jct: total / (players.length * seeds),
      to: medianRatio(own, first),
      p99: medianRatio(
        players.map((player) => column(player, 'p99')),
        firstP99,
      ),
      share: shareOf(own, first, known),
    };
  });
}

function shareOf(own: readonly Float64Array[], first: Float64Array, known: Float64Array): Interval {
  return crossedBootstrap(own.length, first.length, (runs, units) => {
    let gap = 0;
    for (const unit of units) gap += first[unit] - known[unit];
    return medianOf(
      Array.from(runs, (run) => {
        let gain = 0;
        for (const unit of units) gain += first[unit] - own[run][unit];
        return gain / gap;
      }),
    );
  });
}
