/** What can be chosen: every point is an engine that exists, and the default point is what is published. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import { settings } from '../../../env/settings/catalogue.js';
import { deployedRules, deployHardware } from '../../../env/settings/deployment.js';
import { resolveScheduler, schedulers } from '../../../experiments/catalogue.js';
import { choiceFor, nameOf, published, settingRules } from '../../../experiments/tune/contender.js';
import { orderedBy, orderSpace } from '../../../experiments/tune/order-space.js';
import { defaultPoint, drawPoint, neighbourOf, numberIn } from '../../../experiments/tune/space.js';

const BELIEF = 'noisy+posterior';

describe('points', () => {
  const space = { size: numberIn('', 8, [1, 64], { scale: 'log', whole: true }), share: numberIn('', 0.5, [0, 1]) };

  it('stay in their ranges, whole where they must be', () => {
    const luck = stream(4, 'points');
    let point = defaultPoint(space);
    for (let k = 0; k < 500; k++) {
      point = k % 2 === 0 ? drawPoint(space, luck) : neighbourOf(space, point, 0.4, luck);
      expect(Number.isInteger(point.size)).toBe(true);
      expect(Number(point.size)).toBeGreaterThanOrEqual(1);
      expect(Number(point.size)).toBeLessThanOrEqual(64);
      expect(Number(point.share)).toBeGreaterThanOrEqual(0);
      expect(Number(point.share)).toBeLessThanOrEqual(1);
    }
  });

  it('near another one differ from it, however small the step of a whole number', () => {
    const luck = stream(4, 'steps');
    const whole = { size: space.size };
    for (let k = 0; k < 50; k++) expect(neighbourOf(whole, { size: 30 }, 1e-6, luck).size).not.toBe(30);
  });
});

describe('the space of a scheduler', () => {
  it.each(Object.keys(schedulers))(
    '%s begins at its published parameters, and can be named wherever it goes',
    (name) => {
      const space = orderSpace(name);
      expect(orderedBy(name, defaultPoint(space))).toBe(name);
      const luck = stream(2, name);
      for (let k = 0; k < 20; k++) {
        const spec = orderedBy(name, drawPoint(space, luck));
        expect(resolveScheduler(spec).name).toBe(spec);
      }
    },
  );

  it('begins where its spec says, combinators included', () => {
    const space = orderSpace('hysteresis(volume:exponent=0.3):gap=5');
    expect(defaultPoint(space)).toMatchObject({ 'hysteresis.gap': 5, 'volume.exponent': 0.3 });
    expect(orderedBy('hysteresis(volume)', { 'hysteresis.gap': 7, 'volume.exponent': 2 })).toBe(
      'hysteresis(volume:exponent=2):gap=7',
    );
  });

  it('has no dimensions for a formula, and rung 2 says so', () => {
    expect(orderSpace('expr: remaining * known')).toEqual({});
    expect(() => choiceFor('srpt', BELIEF, settings['chat-long'], 2)).toThrow(/srpt has no parameters.*--rung 3/);
  });

  it('refuses what is no scheduler', () => {
    expect(() => orderSpace('sprt')).toThrow(/unknown scheduler "sprt"/);
  });
});

describe.each(Object.values(settings))('the knobs of $name', (setting) => {
  it.each([undefined, 'vllm-v1+rank', 'vllm-v1@0.14'] as const)(
    'are an engine that exists at every point (%s)',
    (engine) => {
      const { space, contender } = choiceFor('volume', BELIEF, setting, 3, engine);
      expect(nameOf(contender(defaultPoint(space)))).toBe(nameOf(published('volume', BELIEF, setting)));
      const luck = stream(7, setting.name);
      const deployment = { ...setting.deployment, ...(engine && { engine }) };
      const { limits } = deployHardware(deployment);
      const names = new Set<string>();
      for (let k = 0; k < 60; k++) {
        const drawn = contender(drawPoint(space, luck));
        const rules = deployedRules(
          { ...deployment, rules: { ...deployment.rules, ...drawn.rules } },
          limits,
          drawn.gamma,
        );
        expect(rules.maxBatch).toBeLessThanOrEqual(settingRules(setting, engine).maxBatch);
        expect(resolveScheduler(drawn.scheduler).name).toBe(drawn.scheduler);
        names.add(nameOf(drawn));
      }
      expect(names.size).toBeGreaterThan(40);
    },
  );
});
