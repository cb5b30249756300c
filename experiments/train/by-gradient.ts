/** Training by a learner that steps through environments; what comes out is chosen on validation seeds. */
import { scorerWeights } from '../../agents/index-policy.js';
import type { Learner, LearnProgress } from '../../agents/learners/learner.js';
import type { Weights } from '../../predictors/weights.js';
import { Interrupted } from '../cli/exit.js';
import { architectureOf } from './architecture.js';
import { type Best, validatedChoice } from './choice.js';
import { codecAt, trainingEnv } from './environment.js';
import { openTrainer } from './trainer.js';
import type { GradientOptions, LogRow, Trained, Training } from './training.js';

/** Seconds between two checkpoints, and the largest share of the time that they may take. */
const KEEP_S = 2;
const KEEP_SHARE = 0.05;

/** Ends when all steps are taken, or validation stands still. @throws Interrupted if aborted */
export async function trainByGradient(learn: Learner, training: Training<GradientOptions>): Promise<Trained> {
  const { stage, options, seed, signal, kept } = training;
  const { steps, network, hidden, hyper, trainer, rewardScale, validationSeeds, validateEvery, patience } = options;
  const choice = validatedChoice(training, kept ?? undefined);
  const log: LogRow[] = [...(kept?.log ?? [])];
  let progress: LearnProgress | undefined;
  let looked = log.filter(({ validation }) => validation !== null).length;
  let ended: Trained['ended'] = 'budget';
  let nextKeep = 0;

  async function afterIteration({ done, episodes: trained, meanReturn, figures }: LearnProgress, save: () => Weights) {
    const iteration = log.length;
    const looks = done >= steps || (iteration + 1) % validateEvery === 0;
    const validation = looks ? await choice.look(`after ${iteration}`, save()) : null;
    looked += looks ? 1 : 0;
    const row: LogRow = {
      iteration,
      steps: done,
      episodes: trained + (looked > 0 ? (1 + looked) * validationSeeds : 0), // the base is played once
      return: finite(meanReturn / rewardScale),
      ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, finite(value)])),
      validation,
    };
    log.push(row);
    training.onRow(row);
    if (choice.idle >= patience) ended = 'no gain';
  }

  /** The weights that the policy acts with. */
  const acting = (weights: Weights): Weights => (stage.kind === 'index-policy' ? scorerWeights(weights) : weights);

  const { neutral, idle } = codecAt(stage);
  try {
    await learn(trainingEnv(stage, options), {
      ...hyper,
      ...(network === undefined ? { hidden } : { network: architectureOf(stage, options) }),
      ...(network === 'mlp' && neutral !== undefined && { neutral }),
      ...(network !== undefined && idle !== undefined && { idle }),
      kernels: await openTrainer(trainer),
      seed,
      steps,
      signal,
      ...(kept && { from: kept.learner }),
      onProgress(at) {
        progress = at;
      },
      async between(agent, state) {
        await afterIteration(progress as LearnProgress, () => acting(agent.save()));
        const began = performance.now();
        if (began >= nextKeep) {
          training.keep({ learner: state(), best: choice.best, idle: choice.idle, log, ended: null });
          const now = performance.now();
          nextKeep = now + Math.max(KEEP_S * 1000, (now - began) / KEEP_SHARE);
        }
        return ended !== 'no gain';
      },
    } as Parameters<Learner>[1]);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      `${log.at(-1)?.steps ?? 0} steps were taken; the same command goes on from the last checkpoint`,
    );
  }
  const { weights, at } = choice.best as Best; // it looks before it ends
  return { weights, log, episodes: log.at(-1)?.episodes ?? 0, chosenAt: at, ended };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
