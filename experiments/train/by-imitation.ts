/** Training by imitation: an order is cloned from an expert's, in several rounds by DAgger; validation chooses among the rounds. */
import { dagger } from '../../agents/learners/dagger.js';
import { type Lesson, lessonsOf } from '../../agents/learners/lessons.js';
import type { AskingOptions } from '../../env/tasks/asking.js';
import { promisedWorld } from '../../env/tasks/task.js';
import type { Weights } from '../../predictors/weights.js';
import { resolveScheduler } from '../catalogue.js';
import { Interrupted } from '../cli/exit.js';
import { schedulerOf } from '../policies.js';
import { resolveTask } from '../tasks/open.js';
import { type Best, validatedChoice } from './choice.js';
import { placeOf, type Stage } from './stage.js';
import { openTrainer } from './trainer.js';
import type { Hyper, LogRow, Trained, Training } from './training.js';

/** What only imitation is told, by `--hyper`. */
interface ImitationHyper {
  /** A scheduler's spec. */
  readonly expert: string;
  /** It knows how long each answer will be; whoever imitates it does not. */
  readonly clairvoyant: boolean;
  /** 1: cloning. */
  readonly rounds: number;
  /** Episodes of a round. */
  readonly episodes: number;
  /** One question in so many is a lesson. */
  readonly thin: number;
  /** Hidden layers, all of the training's width: the one of searches ranks as srpt does, products such as volume's take two. */
  readonly layers: number;
  /** Steps of Adam in a round, and their rate. */
  readonly updates: number;
  readonly rate: number;
}

/** The base of a cloned order: everybody is alike to it. */
const BLANK = /^(.*\()?expr: 1\)*/;

/** @throws Error if the policy would be more than an order, or an order on top of another one */
export function checkImitation({ facts, places }: Stage, hyper: Hyper): void {
  const heads = facts.heads === null ? [] : [...facts.heads.perRequest, ...facts.heads.forAll];
  if (heads.join() !== 'rank' || facts.parameters.slots !== 0)
    throw new Error(
      `imitation learns an order: expected --heads rank and no slots, found ${heads.join(', ') || 'no heads'}`,
    );
  if (!BLANK.test(facts.base))
    throw new Error(`imitation learns an order from nothing, the base is ${facts.base}: expected --base 'expr: 1'`);
  resolveTask(facts.task, { ...places[0], base: String(hyper.expert) });
}

/** Ends after all rounds. @throws Interrupted if aborted */
export async function trainByImitation(training: Training<{ readonly hyper: Hyper }>): Promise<Trained> {
  const { stage, options, seed, signal, kept } = training;
  const { updates, rate, rounds, layers, ...lessons } = options.hyper as unknown as ImitationHyper;
  const choice = validatedChoice(training, kept ?? undefined);
  const log: LogRow[] = [...(kept?.log ?? [])];
  const hidden = options.hidden.flatMap((width) => Array.from({ length: layers }, () => width));
  const kernels = await openTrainer(options.trainer);
  const own = { seed, rounds, updates, rate, hidden, kernels, signal, ...(kept && { from: kept.learner }) };
  try {
    await dagger((learner, round) => gather(stage, lessons, options.seed, learner, round), {
      ...own,
      async between(learned, state) {
        const validation = await choice.look(`round ${log.length}`, learned);
        const row: LogRow = {
          iteration: log.length,
          episodes: (log.length + 1) * lessons.episodes + (log.length + 2) * options.validationSeeds,
          validation,
        };
        log.push(row);
        training.onRow(row);
        training.keep({ learner: state(), best: choice.best, idle: choice.idle, log, ended: null });
        return true;
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(`${log.length} of ${rounds} rounds are done; the same command goes on behind them`);
  }
  const { weights, at } = choice.best as Best;
  return { weights, log, episodes: log.at(-1)?.episodes ?? 0, chosenAt: at, ended: 'budget' };
}

/** Lessons of a round, on episodes of the training split that no other round has. */
function gather(
  stage: Stage,
  { expert, clairvoyant, episodes, thin }: Pick<ImitationHyper, 'expert' | 'clairvoyant' | 'episodes' | 'thin'>,
  seed: number,
  learner: Weights | null,
  round: number,
): Lesson[] {
  const { facts, kind, places, base } = stage;
  return Array.from({ length: episodes }, (_, k) => round * episodes + k).flatMap((index) => {
    const names = { ...places[placeOf(stage, index)], split: 'train' as const };
    const { task, world, values } = resolveTask(facts.task, { ...names, base });
    const { source, rules, cost, predictor, promises = [] } = promisedWorld(task, world, values);
    const order = resolveTask(facts.task, { ...names, base: expert }).open.base;
    const policy = learner && { kind, about: facts, weights: learner };
    const scheduler = policy ? schedulerOf('learner', policy, (spec) => resolveScheduler(spec).make) : order;
    const workload = source.sample(seed + index);
    const setup = {
      workload,
      rules,
      cost,
      promises,
      seed: `${seed}/${index}`,
      scheduler,
      ...(predictor && { predictor }),
    };
    const { every, longestS } = facts.parameters;
    const asking = { every: every as NonNullable<AskingOptions['every']>, longest: Number(longestS) * 1e6 };
    return lessonsOf(setup, { expert: order, clairvoyant, thin, ...asking });
  });
}
