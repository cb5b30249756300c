/** The networks that learn lengths: what they must get right on prompts whose lengths we know, and what they refuse. */
import { beforeAll, describe, expect, it } from 'vitest';
import { normal } from '../../env/distributions.js';
import { type Stream, stream } from '../../env/random.js';
import { logBins, trailBins } from '../../predictors/length/binned-classifier.js';
import { FEATURES, featuresOf } from '../../predictors/length/features.js';
import { LEVELS, type LengthExample, type LengthModel, type LengthRows } from '../../predictors/length/model.js';
import { quantileNet } from '../../predictors/length/quantile-net.js';
import { listwiseRank, pairwiseRank } from '../../predictors/length/ranking-net.js';
import type { Weights } from '../../predictors/weights.js';

/** What is asked, and the median length of an answer to it; σ of its logarithm is .4. */
const ASKED = [
  ['Is it true, yes or no, that', 12],
  ['In one sentence, explain why', 40],
  ['Write a short poem about how', 120],
  ['Write a detailed essay in several paragraphs on how', 400],
] as const;
const TOPICS = ['rivers', 'clocks', 'bees', 'bridges', 'poets', 'engines', 'stars', 'markets'];

/** @param cut every other answer ends there at the latest, for a reason that cannot be seen */
function answers(n: number, seed: number, cut = Number.POSITIVE_INFINITY): LengthExample[] {
  const random: Stream = stream(seed, 'answers');
  return Array.from({ length: n }, (_, k) => {
    const [words, median] = ASKED[k % ASKED.length];
    const topic = TOPICS[Math.floor(random.next() * TOPICS.length)];
    const length = Math.max(1, Math.round(median * Math.exp(0.4 * normal(random.next(), random.next()))));
    const limit = Math.floor(k / ASKED.length) % 2 === 0 ? cut : Number.POSITIVE_INFINITY;
    return {
      text: `${words} ${topic} work?`,
      promptTokens: words.length / 4,
      declared: Number.POSITIVE_INFINITY,
      outputTokens: Math.min(length, limit),
      censored: length >= limit,
    };
  });
}

const training = featuresOf(answers(400, 1));
const validation = featuresOf(answers(160, 2));
const learners = [quantileNet, trailBins, logBins, pairwiseRank, listwiseRank];
const models = new Map<string, LengthModel>();
beforeAll(async () => {
  for (const learner of learners) models.set(learner.kind, await learner.train(training, { seed: 1, validation }));
});

/** Quantiles of the answer to each of the questions of ASKED. */
function asked(model: LengthModel): Float64Array[] {
  const { examples, features } = featuresOf(answers(ASKED.length, 3));
  return examples.map((example, k) => {
    const out = new Float64Array(LEVELS.length);
    model.predict(features.subarray(k * FEATURES, (k + 1) * FEATURES), example, out);
    return out;
  });
}
const MEDIAN = 9;
const bytes = ({ tensors }: Weights): string =>
  Object.entries(tensors)
    .map(([name, { values }]) => name + Buffer.from(values.buffer).toString('base64'))
    .join();

describe.each(learners.map((learner) => [learner.kind, learner] as const))('%s', (kind, learner) => {
  const model = (): LengthModel => models.get(kind) as LengthModel;

  it('knows short from long, and how sure it is', () => {
    const quantiles = asked(model());
    quantiles.forEach((out, k) => {
      // Bins of 51 tokens tell 12 from 40 no better than by their place inside the first.
      if (kind !== 'trail-bins' || k > 1) expect(Math.abs(Math.log(out[MEDIAN] / ASKED[k][1]))).toBeLessThan(0.3);
      if (k > 0 && kind !== 'trail-bins') expect(out[MEDIAN]).toBeGreaterThan(1.5 * quantiles[k - 1][MEDIAN]);
      for (let level = 0; level < LEVELS.length; level++)
        expect(out[level]).toBeGreaterThanOrEqual(level > 0 ? out[level - 1] : 1);
    });
    // ± 1.64 σ hold 90 %.
    const width = Math.log(quantiles[3][18] / quantiles[3][0]);
    expect(width).toBeGreaterThan(0.8);
    expect(width).toBeLessThan(2.2);
  });

  it('covers what it says, on answers that it has not seen', () => {
    const test = featuresOf(answers(400, 4).filter((_, k) => kind !== 'trail-bins' || k % ASKED.length > 1));
    const out = new Float64Array(LEVELS.length);
    let below = 0;
    test.examples.forEach((example, k) => {
      model().predict(test.features.subarray(k * FEATURES, (k + 1) * FEATURES), example, out);
      if (example.outputTokens <= out[15]) below++;
    });
    expect(Math.abs(below / test.examples.length - LEVELS[15])).toBeLessThan(0.08); // four standard errors
  });

  it('comes back from its weights as it was', () => {
    expect(asked(learner.load(model().save()))).toEqual(asked(model()));
  });

  it('takes cut answers for what they are: at least so long', async () => {
    // Half of the essays' answers are cut at a quarter of their median: taken for short ones, they would halve it.
    const rows = featuresOf(answers(300, 5, 100));
    const told = await learner.train(rows, { seed: 1, validation: featuresOf(answers(120, 6, 100)) });
    expect(Math.abs(Math.log(asked(told)[3][MEDIAN] / 400))).toBeLessThan(0.3);
  });

  it('says what is wrong with data and weights', async () => {
    const train = (rows: LengthRows) => learner.train(rows, { seed: 1, validation });
    const [one] = answers(1, 1);
    await expect(train(featuresOf([]))).rejects.toThrow('training data: none');
    await expect(train(featuresOf([one, one]))).rejects.toThrow('every answer has');
    await expect(train(featuresOf([{ ...one, outputTokens: Number.NaN }]))).rejects.toThrow('NaN output tokens');
    await expect(learner.train(training, { seed: 1, validation: featuresOf([]) })).rejects.toThrow(
      'validation data: none',
    );
    const { settings, tensors } = model().save();
    expect(() => learner.load({ settings, tensors: { 'layer0.kernel': tensors['layer0.kernel'] } })).toThrow(
      'layer0.bias',
    );
    const narrow = { ...tensors['layer0.kernel'], shape: [FEATURES / 2, 64] };
    expect(() => learner.load({ settings, tensors: { ...tensors, 'layer0.kernel': narrow } })).toThrow(
      /layer0\.bias|network/,
    );
  });
});

it('training gives the same bytes again, also after a break', async () => {
  const [rows, held] = [featuresOf(answers(160, 1)), featuresOf(answers(80, 2))];
  const states: Weights[] = [];
  const once = await quantileNet.train(rows, { seed: 1, validation: held, checkpoint: (state) => states.push(state) });
  const again = await quantileNet.train(rows, { seed: 1, validation: held, from: states[2] });
  expect(bytes(again.save())).toBe(bytes(once.save()));
});
