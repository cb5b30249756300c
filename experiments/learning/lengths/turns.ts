/**
 * A policy and the predictor that it acts on, in turns: among candidates the predictor with which the policy as it is costs least on
 * training seeds, then a policy trained on the beliefs of that one, until the choice stays as it was. Both are judged by the same cost. The
 * first policy is the heuristic.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Weights } from '../../../predictors/weights.js';
import { Interrupted } from '../../cli/exit.js';
import { costDifference } from '../../train/difference.js';
import { openEpisodes, type Played, type Player } from '../../train/episodes.js';
import { type StageNames, stageOf } from '../../train/stage.js';

/** One choice of a predictor. */
interface Turn {
  /** Who acted: the heuristic, or the policy that was trained in the turn before. */
  readonly policy: string;
  /** Cost with each candidate to that with the first, as a share. */
  readonly costs: readonly { readonly beliefs: string; readonly cost: number }[];
  readonly chosen: string;
}

interface Turns {
  readonly where: Omit<StageNames, 'beliefs'>;
  readonly candidates: readonly string[];
  /** Training seeds that choose the predictor. */
  readonly seeds: number;
  readonly seed: number;
  /** Most policies that are trained. */
  readonly most: number;
  /** Trains a policy on these beliefs. */
  train(beliefs: string): Promise<Weights>;
  readonly signal: AbortSignal;
}

export interface TakenTurns {
  readonly turns: readonly Turn[];
  /** What the last policy was trained on. */
  readonly beliefs: string;
  /** With that policy the same predictor was chosen again. */
  readonly settled: boolean;
}

/** @throws Interrupted on Ctrl-C */
export async function inTurns({ candidates, most, train, ...arena }: Turns): Promise<TakenTurns> {
  const turns: Turn[] = [];
  let weights: Weights | null = null;
  for (let beliefs = ''; ; ) {
    const costs = await costsOf(weights, candidates, arena);
    const { beliefs: chosen } = costs.reduce((best, each) => (each.cost < best.cost ? each : best));
    const policy = weights === null ? 'the heuristic' : `policy ${turns.length}`;
    turns.push({ policy, costs, chosen });
    if (chosen === beliefs || turns.length > most) return { turns, beliefs, settled: chosen === beliefs };
    weights = await train(chosen);
    beliefs = chosen;
  }
}

async function costsOf(
  weights: Weights | null,
  candidates: readonly string[],
  { where, seeds, seed, signal }: Pick<Turns, 'where' | 'seeds' | 'seed' | 'signal'>,
): Promise<Turn['costs']> {
  const all: Played[][] = [];
  for (const beliefs of candidates) {
    const stage = stageOf({ ...where, beliefs });
    const player: Player = weights === null ? { name: 'base', scheduler: stage.base } : { name: 'policy', weights };
    const work = await openEpisodes({ stage, seed });
    const played: Played[] = [];
    for (let index = 0; index < seeds; index++) {
      for await (const episode of work({ split: 'train', index, players: [player] })) played.push(episode);
      await breathe(); // lets Ctrl-C in
      if (signal.aborted) throw new Interrupted('no predictor was chosen yet; the same command goes on');
    }
    all.push(played);
  }
  return candidates.map((beliefs, k) => ({ beliefs, cost: costDifference(all[k], all[0]) }));
}
