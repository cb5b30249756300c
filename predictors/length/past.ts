/**
 * What has finished before of those who share a name (a model, a tenant), as running sums.
 *
 * At run time a predictor keeps them; for training every row is given what came before it in a shuffled order, so that a model
 * learns with short pasts and long ones. An answer that was cut counts as it is: a little too short.
 */
import { shuffle, stream } from '../../env/random.js';
import type { LengthExample, LengthPast } from './model.js';

interface Pasts {
  add(name: string, outputTokens: number): void;
  /** undefined = nothing finished. */
  of(name: string): LengthPast | undefined;
}

function createPasts(): Pasts {
  const sums = new Map<string, [count: number, sum: number, squares: number]>();
  return {
    add(name, outputTokens) {
      const log = Math.log(outputTokens);
      const own = sums.get(name) ?? [0, 0, 0];
      own[0]++;
      own[1] += log;
      own[2] += log * log;
      sums.set(name, own);
    },
    of(name) {
      const own = sums.get(name);
      if (own === undefined) return undefined;
      const [count, sum, squares] = own;
      const meanLog = sum / count;
      return { count, meanLog, spreadLog: Math.sqrt(Math.max(0, squares / count - meanLog * meanLog)) };
    },
  };
}

/** Pasts of models and of tenants together. */
interface History {
  add(example: LengthExample): void;
  /** The same request with what has been added so far. */
  before<Input extends { readonly model?: string; readonly tenant?: string }>(input: Input): Input;
}

function createHistory(): History {
  const models = createPasts();
  const tenants = createPasts();
  return {
    add({ model, tenant, outputTokens }) {
      if (model !== undefined) models.add(model, outputTokens);
      if (tenant !== undefined) tenants.add(tenant, outputTokens);
    },
    before(input) {
      const model = input.model === undefined ? undefined : models.of(input.model);
      const tenant = input.tenant === undefined ? undefined : tenants.of(input.tenant);
      if (model === undefined && tenant === undefined) return input;
      return { ...input, past: { ...(model && { model }), ...(tenant && { tenant }) } };
    },
  };
}

/** Examples in their order, each with the past of those before it in an order shuffled by the seed. */
export function withPasts(examples: readonly LengthExample[], seed: number): LengthExample[] {
  const rows = Int32Array.from(examples, (_, k) => k);
  const order = shuffle(rows, stream(seed, 'predictors/length/past'));
  const history = createHistory();
  const result = Array<LengthExample>(examples.length);
  for (const k of order) {
    result[k] = history.before(examples[k]);
    history.add(examples[k]);
  }
  return result;
}

/** Examples with all the past that `before` holds: how models never trained on are met. */
export function withPastOf(examples: readonly LengthExample[], before: readonly LengthExample[]): LengthExample[] {
  const history = createHistory();
  for (const example of before) history.add(example);
  return examples.map((example) => history.before(example));
}
