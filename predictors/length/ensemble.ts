/**
 * An average of models: their quantile functions, in log tokens, with weights that suit the validation rows best.
 *
 * Averaging quantiles level by level keeps the shape of the members, where mixing the distributions would widen them (Lichtendahl,
 * Grushka-Cockayne and Winkler 2013). The weights are ≥ 0 and sum to 1; they minimise the pinball loss by exponentiated gradient
 * (Kivinen and Warmuth 1997) from equal ones, a fixed number of steps. Members see the same validation rows before, so a member
 * that stops there by them looks a little better than it is.
 */
import { type Tensor, valuesOf, type Weights } from '../weights.js';
import { FEATURES } from './features.js';
import { history } from './history.js';
import { logRegression } from './log-regression.js';
import { LEVELS, type LengthLearner, type LengthModel, type LengthRows } from './model.js';
import { trees } from './trees.js';

const COUNT = LEVELS.length;
const STEPS = 200;
const RATE = 0.5;

/** Log quantiles of every member: [members × rows × levels]. */
function answersOf(members: readonly LengthModel[], { examples, features }: LengthRows): Float64Array {
  const all = new Float64Array(members.length * examples.length * COUNT);
  const out = new Float64Array(COUNT);
  let at = 0;
  for (const member of members) {
    examples.forEach((example, row) => {
      member.predict(features.subarray(row * FEATURES, (row + 1) * FEATURES), example, out);
      for (let k = 0; k < COUNT; k++) all[at++] = Math.log(out[k]);
    });
  }
  return all;
}

function weightsFor(members: readonly LengthModel[], rows: LengthRows): Float32Array {
  const answers = answersOf(members, rows);
  const size = rows.examples.length * COUNT;
  const weights = new Float64Array(members.length).fill(1 / members.length);
  const slope = new Float64Array(members.length);
  for (let step = 0; step < STEPS; step++) {
    slope.fill(0);
    rows.examples.forEach(({ outputTokens, censored }, row) => {
      const log = Math.log(outputTokens);
      for (let k = 0; k < COUNT; k++) {
        const at = row * COUNT + k;
        let quantile = 0;
        for (let m = 0; m < weights.length; m++) quantile += weights[m] * answers[m * size + at];
        const push = log >= quantile ? -LEVELS[k] : censored ? 0 : 1 - LEVELS[k];
        for (let m = 0; m < weights.length; m++) slope[m] += (push * answers[m * size + at]) / size;
      }
    });
    let sum = 0;
    for (let m = 0; m < weights.length; m++) sum += weights[m] *= Math.exp(-RATE * slope[m]);
    for (let m = 0; m < weights.length; m++) weights[m] /= sum;
  }
  return Float32Array.from(weights);
}

function model(members: readonly (readonly [kind: string, model: LengthModel])[], weights: Float32Array): LengthModel {
  const own = new Float64Array(COUNT);
  return {
    predict(features, input, out) {
      out.fill(0, 0, COUNT);
      for (let m = 0; m < members.length; m++) {
        members[m][1].predict(features, input, own);
        for (let k = 0; k < COUNT; k++) out[k] += weights[m] * Math.log(own[k]);
      }
      for (let k = 0; k < COUNT; k++) out[k] = Math.max(1, Math.exp(out[k]));
    },
    save() {
      const tensors: Record<string, Tensor> = { weights: { shape: [weights.length], values: weights } };
      const settings: Record<string, Weights['settings'][string]> = { members: members.map(([kind]) => kind) };
      for (const [kind, member] of members) {
        const saved = member.save();
        for (const [name, tensor] of Object.entries(saved.tensors)) tensors[`${kind}/${name}`] = tensor;
        for (const [name, setting] of Object.entries(saved.settings)) settings[`${kind}/${name}`] = setting;
      }
      return { tensors, settings };
    },
  };
}

/** What of the weights begins with `kind/`, without that. */
function partOf({ tensors, settings }: Weights, kind: string): Weights {
  const own = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => name.startsWith(`${kind}/`))
        .map(([name, value]) => [name.slice(kind.length + 1), value]),
    );
  return { tensors: own(tensors), settings: own(settings) };
}

/** An average of what these learn. Resuming begins with the first member again: it has no state of its own. */
export function ensembleOf(learners: readonly LengthLearner[]): LengthLearner {
  return {
    kind: 'ensemble',
    summary: `average of ${learners.map(({ kind }) => kind).join(', ')}`,
    async train(rows, { checkpoint: _, from: __, onProgress, ...options }) {
      const members: [string, LengthModel][] = [];
      for (const [k, learner] of learners.entries()) {
        const told = onProgress && {
          onProgress: (progress: Parameters<typeof onProgress>[0]) =>
            onProgress({ ...progress, done: k + progress.done / progress.total, total: learners.length }),
        };
        members.push([learner.kind, await learner.train(rows, { ...options, ...told })]);
      }
      return model(
        members,
        weightsFor(
          members.map(([, member]) => member),
          options.validation,
        ),
      );
    },
    load(weights) {
      const { members } = weights.settings;
      if (!Array.isArray(members) || members.length === 0) throw new Error('weights: no members');
      const loaded = members.map((kind): [string, LengthModel] => {
        const learner = learners.find((one) => one.kind === kind);
        if (!learner)
          throw new Error(`weights: a member ${kind}, expected some of ${learners.map((one) => one.kind).join(', ')}`);
        return [learner.kind, learner.load(partOf(weights, learner.kind))];
      });
      return model(loaded, valuesOf(weights, 'weights', [members.length]));
    },
  };
}

export const ensemble: LengthLearner = ensembleOf([history, logRegression, trees]);
