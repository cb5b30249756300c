/** What a training leaves for whoever goes on from it: the learner's state, the best so far, and the log, in one file. */
import type { Weights } from '../../predictors/weights.js';
import { checkpointsIn } from '../predictors/checkpoint.js';
import type { Best } from './choice.js';
import type { LogRow, Trained } from './training.js';

export interface Kept {
  readonly learner: Weights;
  readonly best: Best | null;
  readonly idle: number;
  readonly log: readonly LogRow[];
  /** null: it has not ended. */
  readonly ended: Trained['ended'] | null;
}

/** What came out of a training that has ended. */
export const keptResult = ({ best, log, ended }: Kept): Trained | null =>
  best === null || ended === null
    ? null
    : { weights: best.weights, log, episodes: log.at(-1)?.episodes ?? 0, chosenAt: best.at, ended };

/** The same, to be kept. */
export const keptOf = ({ weights, log, chosenAt, ended }: Trained): Kept => ({
  learner: { tensors: {}, settings: {} },
  best: { weights, at: chosenAt },
  idle: 0,
  log,
  ended,
});

/** @param hash of the settings: only the very same training goes on from it */
export function trainingCheckpoints(file: string, hash: string, resume: boolean, note: (line: string) => void) {
  const card = { name: hash, summary: '', data: [], command: '', seed: 0, backend: '', measured: {}, limits: [] };
  const { from, checkpoint } = checkpointsIn(file, { kind: 'training', features: 0, card }, resume, note);
  return {
    kept: from === undefined ? null : unpacked(from),
    keep: (kept: Kept): void => checkpoint(packed(kept)),
  };
}

const LEARNER = 'learner/';
const BEST = 'best/';

function packed({ learner, best, idle, log, ended }: Kept): Weights {
  const parts: [string, Weights | undefined][] = [
    [LEARNER, learner],
    [BEST, best?.weights],
  ];
  const tensors = parts.flatMap(([prefix, weights]) =>
    Object.entries(weights?.tensors ?? {}).map(([name, tensor]) => [prefix + name, tensor]),
  );
  const told = {
    learner: learner.settings,
    best: best && { at: best.at, settings: best.weights.settings },
    idle,
    log,
    ended,
  };
  return { tensors: Object.fromEntries(tensors), settings: { told: JSON.stringify(told) } };
}

function unpacked({ tensors, settings }: Weights): Kept {
  const { learner, best, idle, log, ended } = JSON.parse(String(settings.told));
  const under = (prefix: string): Weights['tensors'] =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  return {
    learner: { tensors: under(LEARNER), settings: learner },
    best: best && { at: best.at, weights: { tensors: under(BEST), settings: best.settings } },
    idle,
    log,
    ended,
  };
}
