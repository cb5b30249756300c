/** The cost of a calibrated card, by hand. */
import { describe, expect, it } from 'vitest';
import { type BatchShape, createShape } from '../../../env/serving/cost/cost.js';
import { type LinesCard, linesCost, linesTime } from '../../../env/serving/cost/lines.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { createMetrics } from '../../../env/serving/metrics.js';
import { fcfs } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { chatSource } from '../../../env/workloads/chat.js';

const card: LinesCard = {
  decode: [
    [1, 1000, 2, 1],
    [9, 1800, 1, 3],
    [11, 2000, 0, 3],
  ],
  prefill: [
    [10, 500, 7, 0.1],
    [110, 1500, 7, 0.2],
  ],
};

const shape = (given: Partial<BatchShape>): BatchShape => ({ ...createShape(), ...given });
const decodes = (n: number, context: number): BatchShape =>
  shape({ sequences: n, tokens: n, decodeTokens: n, decodes: n, context, longest: context / n });
const prefill = (tokens: number, prefills = 1): BatchShape =>
  shape({ sequences: prefills, tokens, prefillTokens: tokens, prefills, prefillWork: tokens ** 2 / 2 / prefills });

describe('a calibrated card', () => {
  const cost = linesCost(card, 'mine');

  it('has the coefficients of a line at its tokens, and interpolates all of them between', () => {
    expect(cost.iteration(decodes(1, 100))).toBe(1000 + 2 * 100 + 1 * 100);
    expect(cost.iteration(decodes(9, 90))).toBe(1800 + 90 + 3 * 10);
    expect(cost.iteration(decodes(5, 50))).toBe(1400 + 1.5 * 50 + 2 * 10);
    expect(cost.iteration(prefill(60, 2))).toBe(1000 + 7 * 2 + 0.15 * 900);
  });

  it('goes on beyond the last line: the lead as it came, slopes as they are', () => {
    expect(cost.iteration(decodes(21, 2100))).toBe(3000 + 3 * 100);
    expect(cost.iteration(prefill(210))).toBe(2500 + 7 + 0.2 * (210 ** 2 / 2));
    expect(cost.iteration(prefill(2))).toBe(Math.floor(500 + 7 + 0.2 + 0.5));
  });

  it('counts the linear layers of a mixed batch once, over all its tokens, and both kinds of attention', () => {
    const mixed = shape({
      sequences: 10,
      tokens: 60,
      prefillTokens: 51,
      prefills: 1,
      prefillWork: 1000,
      decodeTokens: 9,
      decodes: 9,
      context: 90,
      longest: 10,
    });
    const prefillWork = (0.1 + (0.1 * 41) / 100) * 1000;
    const linear = Math.max(1800, 1000 + 7 * 10);
    expect(cost.iteration(mixed)).toBe(Math.floor(linear + prefillWork + 90 + 3 * 10 + 0.5));
    const half = linesCost({ ...card, mixed: 0.5 }, 'half');
    expect(half.iteration(mixed)).toBe(Math.floor((linear + prefillWork + 90 + 3 * 10) / 2 + 0.5));
    expect(half.iteration(decodes(9, 90))).toBe(cost.iteration(decodes(9, 90)));
  });

  it('adds CPU and draft time, and nothing else for an empty batch', () => {
    const slow = linesCost(card, 'slow', { cpu: { a0: 40, a1: 2 }, draft: { perDepth: 10, perToken: 1 } });
    const drafting = { ...decodes(9, 90), draftDepth: 3, draftTokens: 27 };
    expect(slow.iteration(drafting)).toBe(cost.iteration(decodes(9, 90)) + 40 + 18 + 30 + 27);
    expect(slow.cpu(drafting)).toBe(58);
    expect(slow.device(drafting)).toBe(slow.iteration(drafting) - 58);
    expect(slow.iteration(createShape())).toBe(40);
    expect(cost.iteration(createShape())).toBe(0);
  });

  it('refuses tables that are empty or fall', () => {
    expect(() => linesTime({ ...card, decode: [] })).toThrow('decode: no line, expected at least one');
    expect(() => linesTime({ ...card, prefill: [card.prefill[1], card.prefill[0]] })).toThrow(
      'prefill: line 2 is for 10 tokens, expected tokens from 1 that ascend',
    );
  });

  it('gives the same times whether the engine leaps or not', () => {
    const jct = (wakeIn: number) => {
      const metrics = createMetrics();
      const engine = createEngine({
        workload: chatSource({ requests: 60, rate: 4 }).sample(1),
        rules: preset('vllm-v1', { blocks: 2500 }),
        cost,
        scheduler: () => ({ ...fcfs(), wakeIn }),
        recorders: [metrics],
      });
      expect(run(engine)).toBe('drained');
      return metrics.summary();
    };
    const [leaping, stepping] = [jct(Infinity), jct(1)];
    expect(leaping.jct).toEqual(stepping.jct);
    expect(leaping.tbt).toEqual(stepping.tbt);
    expect(leaping.turns).toBeLessThan(stepping.turns);
  });
});
