/**
 * What the answers of a model and of a tenant were like before, whatever the prompt: their quantiles, shrunk to everyone's.
 *
 *     log q = (κ·everyone + n_model·log q_model + n_tenant·log q_tenant)/(κ + n_model + n_tenant)        at each level
 *
 * κ is the one of a row that suits the validation rows best (pinball loss in log tokens). Quantiles are those of Kaplan and Meier, so
 * that answers that were cut do not count as short. Who was never seen in training has everyone's quantiles, moved and stretched to
 * the mean and spread of what has finished of them since (`past`), with the same weights; that is also how a mean per model is
 * had for a new one.
 */

import { settingOf, valuesOf, type Weights } from '../weights.js';
import { survivalQuantiles } from './kaplan-meier.js';
import { LEVELS, type LengthExample, type LengthInput, type LengthLearner, type LengthModel } from './model.js';
import { checkRows, cut, logLengths } from './training-rows.js';

const KAPPAS = [1, 4, 16, 64];
const COUNT = LEVELS.length;
/** Names that are kept, those with most answers first. */
const MOST = 512;
const MEDIAN = COUNT >> 1;

/** Quantiles by name: of model m under `model/m`, of tenant t under `tenant/t`, of all under ``. */
interface Table {
  readonly names: readonly string[];
  readonly counts: Float32Array;
  /** [names × levels] of log tokens. */
  readonly quantiles: Float32Array;
  readonly kappa: number;
}

const keysOf = ({ model, tenant }: LengthInput): string[] => [
  ...(model === undefined ? [] : [`model/${model}`]),
  ...(tenant === undefined ? [] : [`tenant/${tenant}`]),
];

function tabulate(examples: readonly LengthExample[], logs: Float64Array, cuts: Uint8Array): Omit<Table, 'kappa'> {
  const groups = new Map<string, number[]>([['', []]]);
  examples.forEach((example, row) => {
    for (const key of ['', ...keysOf(example)]) {
      const rows = groups.get(key);
      if (rows) rows.push(row);
      else groups.set(key, [row]);
    }
  });
  const kept = [...groups]
    .filter(([, rows]) => rows.some((row) => !cuts[row]))
    .sort(([a, rows], [b, others]) => others.length - rows.length || (a < b ? -1 : 1))
    .slice(0, MOST);
  const quantiles = new Float64Array(kept.length * COUNT);
  kept.forEach(([, rows], k) => {
    survivalQuantiles(logs, cuts, LEVELS, quantiles, k * COUNT, rows);
  });
  return {
    names: kept.map(([name]) => name),
    counts: Float32Array.from(kept, ([, rows]) => rows.length),
    quantiles: Float32Array.from(quantiles),
  };
}

function model(table: Table): LengthModel {
  const { counts, quantiles, kappa } = table;
  const rowOf = new Map(table.names.map((name, k) => [name, k]));
  const all = (rowOf.get('') ?? 0) * COUNT;
  const centre = quantiles[all + MEDIAN];
  // Standard deviation of a normal with the same 15 and 85 % levels.
  const spread = Math.max(1e-3, (quantiles[all + 16] - quantiles[all + 2]) / (2 * 1.0364));

  const models = new Map<string, number>();
  const tenants = new Map<string, number>();
  for (const [name, row] of rowOf) {
    if (name.startsWith('model/')) models.set(name.slice(6), row);
    else if (name.startsWith('tenant/')) tenants.set(name.slice(7), row);
  }

  return {
    predict(_features, { model, tenant, past }, out) {
      const own = (model === undefined ? undefined : models.get(model)) ?? -1;
      const theirs = (tenant === undefined ? undefined : tenants.get(tenant)) ?? -1;
      const [pastOwn, pastTheirs] = [own < 0 ? past?.model : undefined, theirs < 0 ? past?.tenant : undefined];
      const nOwn = own >= 0 ? counts[own] : (pastOwn?.count ?? 0);
      const nTheirs = theirs >= 0 ? counts[theirs] : (pastTheirs?.count ?? 0);
      for (let k = 0; k < COUNT; k++) {
        const everyone = quantiles[all + k];
        let sum = kappa * everyone;
        const z = (everyone - centre) / spread;
        if (own >= 0) sum += nOwn * quantiles[own * COUNT + k];
        else if (pastOwn) sum += nOwn * (pastOwn.meanLog + z * (pastOwn.count > 1 ? pastOwn.spreadLog : spread));
        if (theirs >= 0) sum += nTheirs * quantiles[theirs * COUNT + k];
        else if (pastTheirs)
          sum += nTheirs * (pastTheirs.meanLog + z * (pastTheirs.count > 1 ? pastTheirs.spreadLog : spread));
        out[k] = Math.max(1, Math.exp(sum / (kappa + nOwn + nTheirs)));
      }
    },
    save: (): Weights => ({
      tensors: {
        counts: { shape: [counts.length], values: counts },
        quantiles: { shape: [counts.length, COUNT], values: quantiles },
      },
      settings: { kappa, names: table.names },
    }),
  };
}

/** Mean pinball loss in log tokens over levels and rows; a cut answer counts only where the quantile is below it. */
function pinball(predict: LengthModel['predict'], examples: readonly LengthExample[]): number {
  const out = new Float64Array(COUNT);
  const none = new Float32Array(0);
  let sum = 0;
  for (const example of examples) {
    predict(none, example, out);
    for (let k = 0; k < COUNT; k++) {
      const off = Math.log(example.outputTokens / out[k]);
      sum += off >= 0 ? LEVELS[k] * off : example.censored ? 0 : (LEVELS[k] - 1) * off;
    }
  }
  return sum / (examples.length * COUNT);
}

export const history: LengthLearner = {
  kind: 'history',
  summary: 'quantiles of earlier answers of the model and the tenant, shrunk to those of all; blind to the prompt',
  async train(rows, { validation, onProgress }) {
    checkRows(rows, 'training');
    checkRows(validation, 'validation');
    const table = tabulate(rows.examples, logLengths(rows), cut(rows));
    const losses = KAPPAS.map((kappa, k) => {
      const loss = pinball(model({ ...table, kappa }).predict, validation.examples);
      onProgress?.({ done: k + 1, total: KAPPAS.length, loss, validation: loss });
      return loss;
    });
    return model({ ...table, kappa: KAPPAS[losses.indexOf(Math.min(...losses))] });
  },
  load(weights) {
    const counts = valuesOf(weights, 'counts', [-1]);
    const quantiles = valuesOf(weights, 'quantiles', [counts.length, COUNT]);
    const { names } = weights.settings;
    if (!Array.isArray(names) || names.length !== counts.length || !names.includes(''))
      throw new Error(`weights: names are no list of ${counts.length} names with that of all, ''`);
    return model({ names: names.map(String), counts, quantiles, kappa: settingOf(weights, 'kappa') });
  },
};
