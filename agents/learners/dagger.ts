/**
 * DAgger (Ross, Gordon and Bagnell 2011): what the expert says where the learner goes.
 *
 * In the first round the expert acts, in each later one the order that was learned so far; the lessons of all rounds are learned from
 * together, from the beginning.
 *
 * Measured in Serve-v0 (chat-long, published knobs, four episodes of lessons), mean JCT to the expert's own, 95 %:
 *
 * | expert | clone | DAgger | knowing true lengths: the expert | its clone | DAgger |
 * |---|---|---|---|---|---|
 * | volume, 10 seeds | −0.4 % ± 1.4 | 0.1 % ± 1.3 | −5.9 % ± 2.2 | −4.8 % ± 0.8 | −4.7 % ± 1.0 |
 * | srpt, 6 seeds | −0.7 % ± 0.8 | 0.6 % ± 0.8 | −1.0 % ± 1.0 | 6.4 % ± 3.4 | 4.3 % ± 1.7 |
 *
 * A clone that agrees in 99 % of pairs goes where the expert goes, so DAgger adds nothing to it. The clairvoyant expert was meant as a
 * negative control, since what it knows cannot be seen (its clones agree in 79 % of pairs). With srpt it is one. With volume its clone is
 * better than what it is compared with: it learns which order is right in the mean, given belief and progress. On top of `tuned:volume`, where
 * true lengths are worth 0.1 %, nothing is to be gained (−0.4 % ± 0.7).
 */
import type { Weights } from '../../predictors/weights.js';
import { type CloneOrderOptions, cloneOrder } from './clone-order.js';
import { checkCounts } from './learner.js';
import type { Lesson } from './lessons.js';

export interface DaggerOptions extends Omit<CloneOrderOptions, 'onProgress' | 'checkpoint' | 'from'> {
  /** [4] */
  readonly rounds?: number;
  /** After each round: rounds done, lessons so far. */
  onProgress?(progress: { readonly done: number; readonly total: number; readonly lessons: number }): void;
  /** After each round, awaited: what has been learned so far, and the state if asked for. It ends there where this resolves to false. */
  between?(learned: Weights, state: () => Weights): Promise<boolean>;
  /** A state that `between` was given, with the same lessons and options. */
  readonly from?: Weights;
}

const ROUND = /^round(\d+)\//;

/**
 * @param gather lessons of a round from episodes that the learner plays, null: the expert. A function of its arguments: whoever resumes
 * asks for earlier rounds again
 * @returns weights as of `cloneOrder`
 */
export async function dagger(
  gather: (learner: Weights | null, round: number) => readonly Lesson[],
  { rounds = 4, onProgress, between, from, ...options }: DaggerOptions,
): Promise<Weights> {
  checkCounts('DAgger', { rounds });
  const learned = from ? roundsIn(from) : [];
  const lessons: Lesson[] = [];
  for (let round = 0; round < rounds; round++) {
    lessons.push(...gather(learned[round - 1] ?? null, round));
    if (round < learned.length) continue;
    learned.push(await cloneOrder(lessons, options));
    onProgress?.({ done: round + 1, total: rounds, lessons: lessons.length });
    if ((await between?.(learned[round], () => together(learned))) === false) break;
  }
  return learned[learned.length - 1];
}

const together = (learned: readonly Weights[]): Weights => ({
  settings: learned[0].settings,
  tensors: Object.fromEntries(
    learned.flatMap(({ tensors }, round) =>
      Object.entries(tensors).map(([name, tensor]) => [`round${round}/${name}`, tensor]),
    ),
  ),
});

/** @throws Error if these are no rounds */
function roundsIn({ settings, tensors }: Weights): Weights[] {
  const learned: Record<string, Weights['tensors'][string]>[] = [];
  for (const [name, tensor] of Object.entries(tensors)) {
    const [prefix, round] = ROUND.exec(name) ?? [];
    if (prefix === undefined) throw new Error(`DAgger: the state has "${name}", expected what a round left`);
    learned[Number(round)] ??= {};
    learned[Number(round)][name.slice(prefix.length)] = tensor;
  }
  return learned.map((each) => ({ settings, tensors: each }));
}
