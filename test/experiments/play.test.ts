/** Who plays a task by name: a scheduler imitated does what the scheduler does, chance is even, propensities are true. */
import { describe, expect, it } from 'vitest';
import { srpt } from '../../agents/index.js';
import { box, dict, discrete, sequence } from '../../env/gym/index.js';
import { stream } from '../../env/random.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { openSetting } from '../../env/settings/setting.js';
import { tasks } from '../../env/tasks/catalogue.js';
import { anyAction, zeroAction } from '../../experiments/play/actions.js';
import { openPlay } from '../../experiments/play/open.js';
import { resolvePlayer } from '../../experiments/play/player.js';
import type { TaskNames } from '../../experiments/tasks/names.js';
import { oracle } from '../../predictors/index.js';

const SMALL = { requests: 60, load: 1.1 };

/** Plays one episode. */
function episode(id: string, policy: string, names: TaskNames = SMALL, seed = 'a') {
  const play = openPlay(id, policy, names);
  const steps: ReturnType<typeof play.step>[] = [];
  let { observation, mask } = play.begin(seed);
  const seen: { observation: unknown; mask: Uint8Array | null }[] = [];
  for (let over = false; !over; ) {
    seen.push({ observation, mask });
    const step = play.step();
    steps.push(step);
    ({ observation, mask } = step);
    over = step.terminated || step.truncated;
  }
  return { steps, seen, total: steps.reduce((sum, { reward }) => sum + reward, 0) };
}

describe('a scheduler imitated', () => {
  it('earns in Queue-v0 what SRPT earns by itself', () => {
    const { source, rules, cost } = openSetting(namedSetting('single-server'), { requests: 60 });
    const workload = source.sample('w');
    const engine = createEngine({ workload, rules, cost, scheduler: srpt, predictor: oracle });
    run(engine);
    const play = openPlay('Queue-v0', 'srpt', { requests: 60 });
    let total = 0;
    play.begin('1', { workload });
    for (let over = false; !over; ) {
      const { reward, terminated } = play.step();
      total += reward;
      over = terminated;
    }
    expect(total).toBeCloseTo(-engine.replica.totals.areaInSystem * 1e-6, 6);
  });

  it('picks in Pick-v0 whom its order puts first', () => {
    const width = 16;
    const { steps, seen } = episode('Pick-v0', 'sjf', { ...SMALL, beliefs: 'oracle', each: 4 });
    let choices = 0;
    steps.forEach(({ action }, k) => {
      const observed = seen[k].observation as Float32Array;
      const legal = Array.from({ length: 16 }, (_, slot) => slot).filter((slot) => seen[k].mask?.[slot] === 1);
      const shortest = Math.min(...legal.map((slot) => observed[slot * width + 2]));
      expect(observed[(action as number) * width + 2]).toBe(shortest);
      if (legal.length > 1) choices++;
    });
    expect(choices).toBeGreaterThan(5);
  });

  it('says γ in Draft-v0, and adds nothing elsewhere', () => {
    const gammas = episode('Draft-v0', 'fixed-gamma(srpt):gamma=1').steps.map(({ action }) => action);
    expect(new Set(gammas)).toEqual(new Set([1]));
    const { steps } = episode('Serve-v0', 'srpt', { ...SMALL, slots: 4 });
    for (const { action } of steps) expect((action as Float32Array).every((x) => x === 0)).toBe(true);
  });

  it('is one of the heuristics in Select-v0', () => {
    expect(new Set(episode('Select-v0', 'late-last').steps.map(({ action }) => action))).toEqual(new Set([2]));
    expect(() => resolvePlayer('las', 'Select-v0', {})).toThrow('"las" is not one of its heuristics');
  });
});

it.each(Object.keys(tasks).flatMap((id) => ['heuristic', 'random', 'epsilon:0.3'].map((policy) => [id, policy])))(
  '%s is played to its end by %s, the same way each time',
  (id, policy) => {
    const first = episode(id, policy, { requests: 6 });
    expect(first.steps.at(-1)?.terminated).toBe(true);
    expect(episode(id, policy, { requests: 6 })).toEqual(first);
  },
);

describe('propensities', () => {
  const question = { space: discrete(2), observation: 0, mask: Uint8Array.from([0, 1, 1, 0, 1]) };

  it('of chance are even over legal choices', () => {
    const random = stream(1, 'test');
    const counts = new Array<number>(5).fill(0);
    for (let k = 0; k < 3000; k++) {
      const { action, logPropensity } = anyAction(discrete(5), question, random);
      counts[action as number]++;
      expect(Math.exp(logPropensity)).toBeCloseTo(1 / 3, 12);
    }
    expect([counts[0], counts[3]]).toEqual([0, 0]);
    for (const k of [1, 2, 4]) expect(Math.abs(counts[k] - 1000)).toBeLessThan(4 * Math.sqrt((3000 * 2) / 9));
  });

  it('of ε-heuristics are frequencies', () => {
    const player = resolvePlayer('epsilon:0.3', 'Draft-v0', {});
    const fixed = resolvePlayer('action:2', 'Draft-v0', {});
    expect(fixed.act(discrete(5), question, stream(1, 'x'))).toEqual({ action: 2, logPropensity: 0, atom: true });
    expect(player.says).toContain('with probability 0.3');
    const { steps, seen } = episode('Pick-v0', 'epsilon:0.3', { requests: 150, load: 1.3, each: 1 });
    const { steps: greedy } = episode('Pick-v0', 'epsilon:0', { requests: 150, load: 1.3, each: 1 });
    for (const { logPropensity } of greedy) expect(logPropensity).toBe(0);
    let likely = 0; // expected number of answers other than the heuristic's
    let variance = 0;
    let found = 0;
    steps.forEach(({ logPropensity }, k) => {
      const legal = (seen[k].mask as Uint8Array).reduce((a, b) => a + b, 0);
      const other = 0.3 / legal;
      const p = Math.exp(logPropensity);
      expect(Math.min(Math.abs(p - other), Math.abs(p - 0.7 - other))).toBeLessThan(1e-12);
      const strays = other * (legal - 1);
      likely += strays;
      variance += strays * (1 - strays);
      if (p < 0.5) found++;
    });
    expect(likely).toBeGreaterThan(10);
    expect(Math.abs(found - likely)).toBeLessThan(4 * Math.sqrt(variance));
  });

  it('of real numbers are densities, and of what is not drawn probabilities', () => {
    const actions = dict({
      engine: box(-1, 1, { shape: [3] }),
      requests: sequence(box(-2, 2, { shape: [2] }), { stack: true }),
    });
    const space = dict({
      engine: box(0, 1, { shape: [1] }),
      requests: sequence(box(0, 9, { shape: [4] }), { stack: true }),
    });
    const shown = { space, mask: null, observation: { engine: new Float32Array(1), requests: new Float32Array(20) } };
    const { action, logPropensity, atom } = anyAction(actions, shown, stream(2, 'test'));
    expect(actions.contains(action)).toBe(true);
    expect((action as { requests: Float32Array }).requests).toHaveLength(10);
    expect(atom).toBe(false);
    expect(logPropensity).toBeCloseTo(-3 * Math.log(2) - 10 * Math.log(4), 12);
    expect(zeroAction(actions, shown)).toEqual({ engine: new Float32Array(3), requests: new Float32Array(10) });
    const answers = episode('Serve-v0', 'epsilon:0.5', { requests: 20, slots: 1 }).steps;
    const volume = 2 ** 6; // 2 heads of a slot, 4 of everyone
    for (const { atom, logPropensity } of answers)
      expect(Math.exp(logPropensity)).toBeCloseTo(atom ? 0.5 : 0.5 / volume, 12);
    expect(new Set(answers.map((each) => each.atom)).size).toBe(2);
  });

  it('are refused where a spec says nothing', () => {
    expect(() => resolvePlayer('epsilon:2', 'Pick-v0', {})).toThrow('expected a share in 0 … 1');
    expect(() => resolvePlayer('srptt', 'Pick-v0', {})).toThrow('did you mean');
    expect(() => resolvePlayer('srpt', 'Pick-v0', { staleness: 2 })).toThrow('staleness 0');
    expect(() => episode('Draft-v0', 'action:99')).toThrow('99 is not in Discrete');
  });
});
