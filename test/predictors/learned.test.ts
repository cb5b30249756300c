/** A trained model in the loop: what it is told, what is believed, and what finished requests correct. */
import { describe, expect, it } from 'vitest';
import { normal, normalQuantile } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { type LearnedOptions, learned } from '../../predictors/learned.js';
import { LEVELS, type LengthInput, type LengthModel } from '../../predictors/length/model.js';

/** Believes that the prompt is the median length in digits, with a log-normal spread around it. */
const literal = (sigma: number, heard: LengthInput[] = []): LengthModel => ({
  predict(_, input, out) {
    heard.push(input);
    for (let k = 0; k < LEVELS.length; k++) out[k] = Number(input.text) * Math.exp(sigma * normalQuantile(LEVELS[k]));
  },
  save: () => ({ tensors: {}, settings: {} }),
});

interface Served {
  readonly outputs: readonly number[];
  readonly prompts: readonly string[];
  readonly declared?: number;
  readonly tenants?: readonly number[];
  /** µs between two arrivals; a token takes 1. */
  readonly gap?: number;
  look?(engine: Engine): void;
}

function serve(model: LengthModel, options: LearnedOptions, served: Served): Engine {
  const { outputs, prompts, declared, tenants, gap = 1_000_000, look } = served;
  const engine: Engine = createEngine({
    workload: createWorkload({
      name: 'said',
      arrival: outputs.map((_, row) => row * gap),
      promptTokens: outputs.map(() => 1),
      outputTokens: outputs,
      prompts,
      ...(tenants && { tenant: tenants }),
      ...(declared !== undefined && { declared: outputs.map(() => declared) }),
    }),
    rules: preset('serial', { maxModelLen: 100_001 }),
    cost: constantStep(1),
    predictor: () => learned(model, options),
    scheduler: () => ({ name: 'watcher', wakeIn: look ? 1 : Infinity, decide: () => look?.(engine) }),
  });
  run(engine);
  return engine;
}

describe('what is believed', () => {
  const alone = { online: false, refresh: 'none' } as const;

  it('is mean, spread and quantiles of what the model says', () => {
    const { beliefs } = serve(literal(0.5), alone, { outputs: [10], prompts: ['100'] }).replica;
    expect(beliefs.length[0] / (100 * Math.exp(0.125))).toBeCloseTo(1, 2);
    expect(beliefs.lengthSpread[0] / (beliefs.length[0] * Math.sqrt(Math.expm1(0.25)))).toBeCloseTo(1, 1);
    expect(beliefs.quantiles.map(([q]) => q / 100)).toEqual(
      [0.1, 0.5, 0.9, 0.95].map((level) => expect.closeTo(Math.exp(0.5 * normalQuantile(level)), 2)),
    );
    const median = serve(literal(0.5), { ...alone, believes: 'median' }, { outputs: [10], prompts: ['100'] });
    expect(median.replica.beliefs.length[0]).toBeCloseTo(100, 6);
  });

  it('is cut at what the client declares', () => {
    const { beliefs } = serve(literal(0.5), alone, { outputs: [10], prompts: ['100'], declared: 90 }).replica;
    expect(beliefs.length[0]).toBeLessThan(90);
    expect(beliefs.quantiles[2][0]).toBe(90);
  });

  it('follows what has been generated, and never falls below it', () => {
    const course: number[] = [];
    const look = ({ replica: { beliefs, requests } }: Engine): void => {
      expect(beliefs.length[0]).toBeGreaterThan(requests.generated[0]);
      expect(beliefs.quantiles[0][0]).toBeLessThanOrEqual(beliefs.quantiles[3][0]);
      course[requests.generated[0]] = beliefs.length[0];
    };
    serve(literal(0.3), { online: false }, { outputs: [400], prompts: ['100'], look });
    expect(course[16]).toBeCloseTo(course[0], 0);
    expect(course[200]).toBeGreaterThan(200);
    expect(course[399]).toBeGreaterThan(399);
    for (let g = 1; g < 400; g++) expect(course[g]).toBeGreaterThanOrEqual(course[g - 1] - 1e-9);
  });
});

describe('what the model is told', () => {
  it('prompt, lengths, and the past of tenant and model when online', () => {
    const heard: LengthInput[] = [];
    const outputs = [10, 40, 20];
    serve(
      literal(0.5, heard),
      { refresh: 'none' },
      { outputs, prompts: ['5', '6', '7'], tenants: [1, 2, 1], declared: 50 },
    );
    expect(heard[0]).toEqual({ text: '5', promptTokens: 1, declared: 50, tenant: '1', past: {} });
    const tenth = { count: 1, meanLog: Math.log(10), spreadLog: 0 };
    expect(heard[1].past).toEqual({ model: tenth });
    expect(heard[2].past?.tenant).toEqual(tenth);
    expect(heard[2].past?.model?.count).toBe(2);
    expect(heard[2].past?.model?.meanLog).toBeCloseTo(Math.log(20), 12);
    expect(heard[2].past?.model?.spreadLog).toBeCloseTo(Math.log(2), 12);
  });

  it('no limit where none is declared, no past when not online', () => {
    const heard: LengthInput[] = [];
    serve(literal(0.5, heard), { online: false }, { outputs: [10, 10], prompts: ['5', '6'] });
    expect(heard[1]).toEqual({ text: '6', promptTokens: 1, declared: Infinity, tenant: '0' });
  });
});

describe('finished requests', () => {
  const { next } = stream(5, 'lengths');
  const medians = Array.from({ length: 600 }, () => 20 + Math.floor(200 * next()));
  /** Three times as long as the model says, with twice the spread. */
  const outputs = medians.map((m) => Math.max(1, Math.round(3 * m * Math.exp(0.6 * normal(next(), next())))));
  const served = { outputs, prompts: medians.map(String) };
  const late = Array.from({ length: 300 }, (_, k) => 300 + k);
  const covered = ({ replica: { beliefs } }: Engine, quantile: number): number =>
    late.filter((r) => outputs[r] <= beliefs.quantiles[quantile][r]).length / late.length;

  it('correct level and spread', () => {
    const corrected = serve(literal(0.3), { refresh: 'none' }, served);
    for (const [k, level] of [0.1, 0.5, 0.9, 0.95].entries()) {
      const error = 4 * Math.sqrt((level * (1 - level)) / late.length);
      expect(Math.abs(covered(corrected, k) - level)).toBeLessThan(error);
    }
    const raw = serve(literal(0.3), { refresh: 'none', online: false }, served);
    expect(covered(raw, 2)).toBeLessThan(0.2);
  });

  it('leave the order of predictions', () => {
    const { beliefs } = serve(literal(0.3), { refresh: 'none' }, served).replica;
    let wrong = 0;
    for (let r = 301; r < 600; r++)
      if (medians[r] > 1.2 * medians[r - 1] && beliefs.length[r] < beliefs.length[r - 1]) wrong++;
    expect(wrong).toBe(0);
  });
});

it('a prediction costs what it costs', () => {
  expect(learned(literal(1), { cost: 7 }).cost).toEqual({ arrive: 7 });
  expect(learned(literal(1)).cost).toBeUndefined();
});
