/** Losses of PPO with their gradients, the buffer of Stable-Baselines3, and rankings, against recordings. */
import { describe, expect, it } from 'vitest';
import {
  addCategoricalGradient,
  categoricalEntropy,
  logSoftmax,
  sharesOf,
} from '../../../agents/learners/math/categorical.js';
import { addRankingGradient, rankingLogProb } from '../../../agents/learners/math/plackett-luce.js';
import { noLosses, ppoLosses } from '../../../agents/learners/math/ppo-loss.js';
import { advantages, normalise } from '../../../agents/learners/math/returns.js';
import { flat, near, recorded, recording, where } from './recorded.js';

type Rows = number[][];
interface Losses {
  ppo: {
    name: string;
    clip: number;
    value_clip: number | null;
    entropy_coefficient: number;
    value_coefficient: number;
    logits: Rows;
    mask: Rows;
    actions: number[];
    old_log_prob: number[];
    advantages: number[];
    old_values: number[];
    values: number[];
    returns: number[];
    log_prob: number[];
    entropy: number[];
    normalised_advantages: number[];
    policy_loss: number;
    value_loss: number;
    value_loss_halved_max: number;
    entropy_mean: number;
    total: number;
    clip_fraction: number;
    approx_kl: number;
    old_approx_kl: number;
    gradient_of_total_by_logits: Rows;
    gradient_of_total_by_values: number[];
  }[];
  stable_baselines3_buffer: {
    rewards: Rows;
    values: Rows;
    episode_starts: boolean[][];
    last_values: number[];
    last_dones: boolean[];
    gamma: number;
    lambda: number;
    advantages: Rows;
    returns: Rows;
  };
}

describe.skipIf(!recorded)(`PPO losses (${where})`, () => {
  const of = recording<Losses>('losses');

  it.each(of.ppo.map((each) => [each.name, each] as const))('%s', (_, each) => {
    const rows = each.actions.length;
    const n = each.logits[0].length;
    const logProbs = new Float64Array(rows * n);
    const at = each.actions.map((_, row) => row * n);
    for (const from of at) logSoftmax(flat(each.logits), Uint8Array.from(each.mask.flat()), from, n, logProbs);
    const logProb = Float64Array.from(at, (from, row) => logProbs[from + each.actions[row]]);
    const shares = new Float64Array(rows * n);
    sharesOf(logProbs, 0, rows * n, shares);
    const entropy = Float64Array.from(at, (from) => categoricalEntropy(logProbs, shares, from, n));
    near(logProb, each.log_prob, 1e-9);
    near(entropy, each.entropy, 1e-9);
    const advantage = Float64Array.from(each.advantages);
    normalise(advantage);
    near(advantage, each.normalised_advantages, 1e-9);
    const batch = {
      rows,
      logProb,
      entropy,
      advantage,
      oldLogProb: Float64Array.from(each.old_log_prob),
      value: Float64Array.from(each.values),
      oldValue: Float64Array.from(each.old_values),
      returns: Float64Array.from(each.returns),
    };
    const coefficients = {
      clip: each.clip,
      valueClip: each.value_clip,
      valueCoefficient: each.value_coefficient,
      entropyCoefficient: each.entropy_coefficient,
    };
    const [byLogProb, byValue, losses] = [new Float64Array(rows), new Float64Array(rows), noLosses()];
    ppoLosses(batch, { ...coefficients, valueLoss: 'squares' }, byLogProb, byValue, losses);
    const { policy, value, total, clipFraction, kl, plainKl } = losses;
    near(
      [policy, value, losses.entropy, total, clipFraction, kl, plainKl],
      [
        each.policy_loss,
        each.value_loss,
        each.entropy_mean,
        each.total,
        each.clip_fraction,
        each.approx_kl,
        each.old_approx_kl,
      ],
      1e-9,
    );
    near(byValue, each.gradient_of_total_by_values, 1e-9);
    const byLogits = new Float64Array(rows * n);
    each.actions.forEach((action, row) => {
      const by = { action, byLogProb: byLogProb[row], byEntropy: -each.entropy_coefficient / rows };
      addCategoricalGradient(logProbs, shares, row * n, n, by, byLogits);
    });
    near(byLogits, flat(each.gradient_of_total_by_logits), 1e-9);

    const halved = new Float64Array(rows);
    const larger = (): number => {
      ppoLosses(batch, { ...coefficients, valueLoss: 'halved-larger' }, byLogProb, halved, losses);
      return losses.value;
    };
    near([larger()], [each.value_loss_halved_max], 1e-9);
    const slopes = halved.slice();
    slopes.forEach((slope, k) => {
      const kept = batch.value[k];
      batch.value[k] = kept + 1e-6;
      const above = larger();
      batch.value[k] = kept - 1e-6;
      expect(slope).toBeCloseTo((each.value_coefficient * (above - larger())) / 2e-6, 8);
      batch.value[k] = kept;
    });
  });

  it("Stable-Baselines3's buffer, whose ends are beginnings of the next row", () => {
    const buffer = of.stable_baselines3_buffer;
    const ends = [...buffer.episode_starts.slice(1), buffer.last_dones];
    const steps = {
      steps: 6,
      envs: 2,
      reward: flat(buffer.rewards),
      value: flat(buffer.values),
      successor: flat([...buffer.values.slice(1), buffer.last_values]),
      terminated: Uint8Array.from(ends.flat(), Number),
      truncated: new Uint8Array(12),
      elapsed: new Float64Array(12).fill(1),
    };
    const out = new Float64Array(12);
    advantages(steps, { discount: buffer.gamma, lambda: buffer.lambda }, out);
    near(out, flat(buffer.advantages), 1e-5);
    near(
      out.map((a, k) => a + steps.value[k]),
      flat(buffer.returns),
      1e-5,
    );
  });
});

interface Rankings {
  plackett_luce: {
    name: string;
    scores: number[];
    full: { order: number[]; log_prob: number }[];
    top: { order: number[]; log_prob: number }[];
    sum_of_probabilities?: number;
    entropy_of_full_rankings?: number;
  }[];
  plackett_luce_gradient: { scores: number[]; order: number[]; gradient_of_log_prob: number[] };
}

describe.skipIf(!recorded)(`rankings (${where})`, () => {
  const of = recording<Rankings>('rankings');

  it.each(of.plackett_luce.map((each) => [each.name, each] as const))('%s', (_, each) => {
    const scores = Float64Array.from(each.scores);
    for (const { order, log_prob } of [...each.full, ...each.top])
      near([rankingLogProb(scores, order)], [log_prob], 1e-10);
    if (each.sum_of_probabilities === undefined) return;
    const all = each.full.map(({ order }) => rankingLogProb(scores, order));
    near([all.reduce((sum, x) => sum + Math.exp(x), 0)], [each.sum_of_probabilities], 1e-10);
    const entropy = -all.reduce((sum, x) => sum + (x > -700 ? Math.exp(x) * x : 0), 0);
    near([entropy], [each.entropy_of_full_rankings ?? Number.NaN], 1e-10);
  });

  it('gradient', () => {
    const { scores, order, gradient_of_log_prob } = of.plackett_luce_gradient;
    const into = new Float64Array(scores.length);
    addRankingGradient(Float64Array.from(scores), order, 2, into);
    near(
      into,
      gradient_of_log_prob.map((g) => 2 * g),
      1e-10,
    );
  });
});
