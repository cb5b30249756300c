/** Iteration times against golden values, and sums by hand. */
import { describe, expect, it } from 'vitest';
import { affineCost, constantStep } from '../../../env/serving/cost/affine.js';
import { type BatchShape, type CostModel, createShape, scaledCost } from '../../../env/serving/cost/cost.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { loadGpu, loadModel } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import { scriptedAcceptance } from '../../../env/workloads/acceptance/scripted.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { shapeOf } from './shapes.js';

describe('p-norm roofline: golden values in ms', () => {
  const k = 1024;
  const columns: [name: string, shape: BatchShape][] = [
    ['P512', shapeOf({ q: 512 })],
    ['P2048', shapeOf({ q: 2048 })],
    ['P8192', shapeOf({ q: 8192 })],
    ['D1@1k', shapeOf({ decodes: 1, context: k })],
    ['D32@1k', shapeOf({ decodes: 32, context: k })],
    ['D128@1k', shapeOf({ decodes: 128, context: k })],
    ['D256@2k', shapeOf({ decodes: 256, context: 2 * k })],
    ['M480+32@1k', shapeOf({ q: 480, decodes: 32, context: k })],
    ['M1984(c=2048)+64@1k', shapeOf({ q: 1984, c: 2048, decodes: 64, context: k })],
  ];
  const rows: [model: string, gpu: string, tensorParallel: number, millis: number[]][] = [
    ['llama-3-8b', 'a100', 1, [38.5, 141.3, 626.3, 11.3, 15.0, 28.9, 74.7, 42.2, 160.2]],
    ['llama-3-8b', 'h100', 1, [13.9, 45.5, 193.7, 6.9, 8.5, 13.8, 33.7, 15.8, 52.2]],
    ['llama-2-70b', 'a100', 8, [67.9, 245.3, 1003.3, 16.4, 19.3, 30.7, 55.9, 70.1, 255.9]],
    ['llama-2-70b', 'h100', 4, [42.5, 143.4, 577.9, 17.0, 18.7, 25.0, 42.5, 44.4, 150.3]],
    ['opt-13b', 'a100', 1, [67.1, 250.8, 1101.3, 18.8, 39.3, 106.4, 358.4, 87.6, 310.7]],
    ['yi-34b', 'a100', 2, [96.2, 356.4, 1521.2, 25.3, 30.1, 49.8, 104.1, 100.1, 382.6]],
  ];
  for (const [model, gpu, tensorParallel, millis] of rows) {
    const cost = rooflineCost(loadGpu(gpu), loadModel(model), { tensorParallel });
    it.each(columns.map(([name, shape], i) => [name, millis[i], shape] as const))(
      `${model} on ${tensorParallel} × ${gpu}, %s: %d`,
      (_name, expected, shape) => {
        expect(Math.abs(cost.iteration(shape) / 1000 - expected)).toBeLessThanOrEqual(0.1);
      },
    );
  }
});

describe('p-norm roofline: parts', () => {
  const gpu = loadGpu('a100');
  const model = loadModel('llama-3-8b');
  const plain = rooflineCost(gpu, model);
  const decode = shapeOf({ decodes: 40, context: 700 });

  it('CPU time is a0 + a1·B on top of the device, and apart from it for asynchronous engines', () => {
    const cost = rooflineCost(gpu, model, { cpu: { a0: 1500, a1: 4.4 } });
    expect(cost.cpu(decode)).toBe(1500 + 176);
    expect(cost.device(decode)).toBe(plain.iteration(decode));
    expect(cost.iteration(decode)).toBe(plain.iteration(decode) + 1676);
  });

  it('drafts cost per depth and per token, on the device', () => {
    const cost = rooflineCost(gpu, model, { draft: { perDepth: 900, perToken: 7 } });
    const drafting = { ...decode, draftDepth: 3, draftTokens: 100 };
    expect(cost.iteration(drafting)).toBe(plain.iteration(decode) + 3 * 900 + 100 * 7);
    expect(cost.device(drafting)).toBe(cost.iteration(drafting));
    expect(cost.iteration(decode)).toBe(plain.iteration(decode));
  });

  it('answers do not depend on the order of questions, also far beyond any table', () => {
    const shapes = [1, 300, 65_535, 65_536, 200_000, 2].map((q) => shapeOf({ q }));
    const fresh = shapes.map((shape) => rooflineCost(gpu, model).iteration(shape));
    expect(shapes.map((shape) => plain.iteration(shape))).toEqual(fresh);
    expect(shapes.map((shape) => plain.iteration(shape))).toEqual(fresh);
  });

  it('more tokens, more context and less parallelism never cost less', () => {
    for (let n = 1; n < 400; n += 7) {
      expect(plain.iteration(shapeOf({ decodes: n + 1, context: 512 }))).toBeGreaterThanOrEqual(
        plain.iteration(shapeOf({ decodes: n, context: 512 })),
      );
      expect(plain.iteration(shapeOf({ q: n + 1 }))).toBeGreaterThanOrEqual(plain.iteration(shapeOf({ q: n })));
    }
    expect(plain.iteration(shapeOf({ decodes: 8, context: 900 }))).toBeGreaterThan(
      plain.iteration(shapeOf({ decodes: 8, context: 100 })),
    );
    expect(rooflineCost(gpu, model, { tensorParallel: 4 }).iteration(shapeOf({ q: 2048 }))).toBeLessThan(
      plain.iteration(shapeOf({ q: 2048 })),
    );
  });
});

describe('affine costs', () => {
  const shape: BatchShape = {
    ...createShape(),
    sequences: 3,
    tokens: 112,
    prefillTokens: 100,
    decodeTokens: 12,
    decodes: 2,
    prefills: 1,
    context: 1000,
  };
  const zero = { base: 0 };

  it.each([
    ['base', { base: 250 }, 250],
    ['perSequence', { ...zero, perSequence: 2 }, 6],
    ['perPrefillToken', { ...zero, perPrefillToken: 3 }, 300],
    ['perDecodeToken', { ...zero, perDecodeToken: 5 }, 60],
    ['perContextToken', { ...zero, perContextToken: 0.07 }, 70],
    ['all', { base: 250, perSequence: 2, perPrefillToken: 3, perDecodeToken: 5, perContextToken: 0.07 }, 686],
  ])('%s', (_name, given, expected) => {
    expect(affineCost(given).iteration(shape)).toBe(expected);
  });

  it.each([
    ['nearest', 10.49, 10],
    ['nearest', 10.5, 11],
    ['floor', 10.99, 10],
    ['floor', 11, 11],
  ] as const)('rounding %s: %d becomes %d', (rounding, base, expected) => {
    expect(affineCost({ base, rounding }).iteration(shape)).toBe(expected);
  });

  it('nearest is the default, and the sum is rounded once', () => {
    expect(affineCost({ base: 10.5 }).iteration(shape)).toBe(11);
    const thirds = affineCost({ base: 0.4, perSequence: 0.4, cpu: { a0: 0.4, a1: 0 } });
    expect(thirds.iteration(shape)).toBe(2); // .4 + 3 × .4 + .4
    expect(thirds.device(shape)).toBe(2); // 1.6
    expect(thirds.cpu(shape)).toBe(0);
  });

  it('CPU and draft time as in every model', () => {
    const cost = affineCost({ base: 100, cpu: { a0: 30, a1: 2 }, draft: { perDepth: 50, perToken: 1 } });
    const drafting = { ...shape, draftDepth: 4, draftTokens: 8 };
    expect([cost.cpu(drafting), cost.device(drafting), cost.iteration(drafting)]).toEqual([36, 308, 344]);
  });
});

describe('constant step, scaling', () => {
  it('lasts the same whatever is in it, also where planning and device overlap', () => {
    const cost = constantStep(750);
    for (const shape of [createShape(), shapeOf({ q: 4096 }), shapeOf({ decodes: 64, context: 9 })]) {
      expect([cost.iteration(shape), cost.cpu(shape), cost.device(shape)]).toEqual([750, 750, 750]);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses a step of %d', (step) => {
    expect(() => constantStep(step)).toThrow(`a constant step is a whole number of µs from 1, got ${step}`);
  });

  it('a scaled model multiplies after rounding, so that times scale exactly', () => {
    const cost = affineCost({ base: 10.4, perSequence: 1 });
    const shape = shapeOf({ decodes: 5, context: 1 });
    expect(scaledCost(cost, 7).iteration(shape)).toBe(7 * cost.iteration(shape));
  });
});

describe('the shape that a batch has in the engine', () => {
  /** Every shape that the engine asks the price of. */
  function shapesOf(workload: Parameters<typeof createWorkload>[0], rules: Parameters<typeof preset>[1]): BatchShape[] {
    const shapes: BatchShape[] = [];
    const spy: CostModel = {
      name: 'spy',
      cpu: () => 1,
      device: () => 1,
      iteration(shape) {
        shapes.push({ ...shape });
        return 1;
      },
    };
    run(createEngine({ workload: createWorkload(workload), rules: preset('vllm-v1', rules), cost: spy }));
    return shapes;
  }

  it('counts chunks with what is computed before them, and decodes with their context', () => {
    // Budget 8: prompt 12 goes 8 + 4; the second request's prompt of 3 shares the second iteration.
    const [first, second, third, ...rest] = shapesOf(
      { name: 'two', arrival: [0, 0], promptTokens: [12, 3], outputTokens: [3, 2] },
      { tokenBudget: 8, maxDrafts: 0, prefixCaching: false },
    );
    expect(first).toEqual(shapeOf({ q: 8 }));
    expect(second).toEqual({
      ...createShape(),
      sequences: 2,
      tokens: 7,
      prefillTokens: 7,
      prefills: 2,
      prefillWork: 4 * 8 + 8 + 4.5,
      prefillReads: 12 + 3,
    });
    expect(third).toEqual({ ...createShape(), sequences: 2, tokens: 2, decodeTokens: 2, decodes: 2, context: 12 + 3 });
    expect(rest).toEqual([{ ...createShape(), sequences: 1, tokens: 1, decodeTokens: 1, decodes: 1, context: 13 }]);
  });

  it('counts verified drafts as decode tokens and prices the next drafts where they are asked for', () => {
    const [prompt, verify] = shapesOf(
      {
        name: 'drafting',
        arrival: [0],
        promptTokens: [5],
        outputTokens: [20],
        acceptance: scriptedAcceptance(() => ({ accepted: [1], drafts: [] })),
      },
      { drafts: 3 },
    );
    expect(prompt).toEqual({ ...shapeOf({ q: 5 }), draftDepth: 3, draftTokens: 3 });
    expect(verify).toEqual({
      ...createShape(),
      sequences: 1,
      tokens: 4,
      decodeTokens: 4,
      decodes: 1,
      context: 5,
      draftDepth: 3,
      draftTokens: 3,
    });
  });

  it('counts what is computed again after an eviction as prefill', () => {
    // 5 blocks of 4: both prompts fit, the answers do not; the second loses its blocks and comes back with its answer.
    const shapes = shapesOf(
      { name: 'tight', arrival: [0, 0], promptTokens: [7, 7], outputTokens: [8, 6], declared: [8, 6] },
      { blockSize: 4, blocks: 5, prefixCaching: false, maxDrafts: 0 },
    );
    const prefills = shapes.filter((shape) => shape.prefills > 0);
    expect(prefills[0].prefillTokens).toBe(14);
    expect(prefills).toHaveLength(2);
    expect(prefills[1].prefillTokens).toBeGreaterThan(7);
    expect(prefills[1].prefillReads).toBe(prefills[1].prefillTokens);
  });
});
