/** What a wrapped environment shows beside its numbers: spec, masks, frames, renders, and errors of what does not fit. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../../env/gym/columns.js';
import type { Env, Frame } from '../../../../env/gym/env.js';
import { completeSpec } from '../../../../env/gym/spec.js';
import { collectWarnings } from '../../../../env/gym/warn.js';
import { maskFromObservation, maskInInfo, maskInObservation } from '../../../../env/gym/wrappers/action-masks.js';
import { makeWrapper } from '../../../../env/gym/wrappers/catalogue.js';
import { clipReward } from '../../../../env/gym/wrappers/clip-reward.js';
import { discretizeAction } from '../../../../env/gym/wrappers/discretize.js';
import { filterObservation } from '../../../../env/gym/wrappers/filter-observation.js';
import { orderEnforcing } from '../../../../env/gym/wrappers/order-enforcing.js';
import { passiveEnvChecker } from '../../../../env/gym/wrappers/passive-env-checker.js';
import { recordRender, takeFrames } from '../../../../env/gym/wrappers/record-render.js';
import { timeLimit } from '../../../../env/gym/wrappers/time-limit.js';
import { transformAction } from '../../../../env/gym/wrappers/transform.js';
import { wrap } from '../../../../env/gym/wrappers/wrap.js';
import { probe } from './probe.js';

describe('spec', () => {
  it('has the wrapper appended; those of make are fields', () => {
    const bare = probe();
    bare.spec = completeSpec({ id: 'Probe-v0' });
    const env = wrap(wrap(bare, timeLimit(7)), clipReward({ maxReward: 1 }));
    expect(env.spec?.maxEpisodeSteps).toBe(7);
    expect(env.spec?.additionalWrappers).toEqual([{ name: 'ClipReward', options: { minReward: null, maxReward: 1 } }]);
    expect(bare.spec.additionalWrappers).toEqual([]);
    expect(env.unwrapped).toBe(bare);
  });

  it('every wrapper of a spec can be made again from it', () => {
    const env = wrap(probe({ dict: true }), filterObservation({ filterKeys: ['pos'] }));
    const { wrapper } = env;
    expect(makeWrapper({ name: wrapper.name, options: JSON.parse(JSON.stringify(wrapper.options)) }).options).toEqual(
      wrapper.options,
    );
  });

  it.each([
    [{ name: 'ClipRewards', options: {} }, /no wrapper "ClipRewards": did you mean "ClipReward"/],
    [{ name: 'ClipReward', options: { maxreward: 1 } }, /ClipReward: no option "maxreward": did you mean "maxReward"/],
    [{ name: 'DelayObservation', options: {} }, /DelayObservation: option "delay" is missing/],
  ])('%j is refused', (given, message) => {
    expect(() => makeWrapper(given)).toThrow(message);
  });
});

describe('masks', () => {
  const stepped = (env: Env, action: unknown = 1): [observation: unknown, info: Record<string, unknown>] => {
    env.reset({ seed: 1 });
    const [x, , , , info] = env.step(action);
    return [x, info];
  };
  const LEGAL = [1, 0, 1, 1];

  it('pass through wrappers that leave actions alone', () => {
    const env = wrap(probe(), timeLimit(5));
    expect([...(stepped(env as Env)[1].action_mask as Uint8Array)]).toEqual(LEGAL);
    expect([...(env.actionMasks?.() ?? [])]).toEqual(LEGAL);
    const out = createColumns(env.observationSpace, 1, 4);
    env.resetInto?.(out, 0, { seed: 1 });
    env.stepInto?.(1, out, 0);
    expect([...(out.mask ?? [])]).toEqual(LEGAL);
  });

  it('into a Dict observation and back', () => {
    const shown = wrap(probe(), maskInObservation());
    const [x] = stepped(shown as Env);
    expect([...(x as { action_mask: Int8Array }).action_mask]).toEqual(LEGAL);
    const { actionMasks, ...silent } = shown;
    const back = wrap(silent as Env, maskFromObservation());
    const [, info] = stepped(back as Env);
    expect([...(back.actionMasks?.() ?? [])]).toEqual(LEGAL);
    expect([...(info.action_mask as Uint8Array)]).toEqual(LEGAL);
    const out = createColumns(back.observationSpace, 1, 4);
    back.resetInto?.(out, 0, { seed: 1 });
    back.stepInto?.(1, out, 0);
    expect([...(out.mask ?? [])]).toEqual(LEGAL);
  });

  it('into info', () => {
    const bare = probe();
    const silent: Env = {
      ...bare,
      step(action) {
        const [x, reward, terminated, truncated] = bare.step(action);
        return [x, reward, terminated, truncated, {}];
      },
    };
    expect([...(stepped(wrap(silent, maskInInfo()) as Env)[1].action_mask as Uint8Array)]).toEqual(LEGAL);
  });

  it('are gone where actions become others, unless the wrapper turns them too', () => {
    const reverse = (mask: Uint8Array): Uint8Array => mask.slice().reverse();
    const plain = wrap(
      probe(),
      transformAction((a: number) => 3 - a, probe().actionSpace as never),
    );
    expect(plain.actionMasks).toBeUndefined();
    expect(stepped(plain as Env)[1]).not.toHaveProperty('action_mask');
    const turned = wrap(
      probe(),
      transformAction((a: number) => 3 - a, undefined, reverse),
    );
    stepped(turned as Env);
    expect([...(turned.actionMasks?.() ?? [])]).toEqual([1, 1, 0, 1]);
  });

  it('need actions that have masks', () => {
    expect(() => wrap(probe({ boxActions: true }), maskInObservation())).toThrow(/has no masks, expected Discrete/);
    expect(() => wrap(probe(), maskFromObservation())).toThrow(/has no "action_mask" of 4 flags/);
  });
});

describe('recordRender', () => {
  const made = (): Env => probe({ lengths: [2], renderMode: 'ansi' });
  const play = (env: Env, episodes: number): void => {
    for (let k = 0; k < episodes; k++) {
      env.reset();
      for (let step = 0; step < 2; step++) env.step(0);
    }
  };

  it('keeps frames until they are taken', () => {
    const env = wrap(made(), recordRender({ everyEpisode: 2, everyStep: 2 }));
    play(env, 3);
    expect(takeFrames(env)).toEqual(['episode 0 step 0', 'episode 0 step 2', 'episode 2 step 0', 'episode 2 step 2']);
    expect(takeFrames(env)).toEqual([]);
  });

  it('hands them on with their place', () => {
    const seen: [Frame, number, number][] = [];
    const env = wrap(
      made(),
      recordRender({ onFrame: (frame, { episode, step }) => seen.push([frame, episode, step]) }),
    );
    play(env, 1);
    expect(seen).toEqual([0, 1, 2].map((step) => [`episode 0 step ${step}`, 0, step]));
    expect(takeFrames(env)).toEqual([]);
  });

  it('writes them to files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frames-'));
    play(wrap(made(), recordRender({ folder })), 1);
    expect(readdirSync(folder).sort()).toEqual([
      'episode-0-step-0.txt',
      'episode-0-step-1.txt',
      'episode-0-step-2.txt',
    ]);
    expect(readFileSync(join(folder, 'episode-0-step-1.txt'), 'utf8')).toBe('episode 0 step 1');
    rmSync(folder, { recursive: true });
  });

  it('needs a render mode', () => {
    expect(() => wrap(probe(), recordRender())).toThrow(/without a render mode/);
  });
});

describe('order and checks', () => {
  it('step and render wait for reset; render may be let through', () => {
    const env = wrap(probe({ renderMode: 'ansi' }), orderEnforcing());
    expect(() => env.step(0)).toThrow(/step before the first reset/);
    expect(() => env.render()).toThrow(/render before the first reset.*renderAnytime/);
    expect(wrap(probe({ renderMode: 'ansi' }), orderEnforcing({ renderAnytime: true })).render()).toBe(
      'episode -1 step 0',
    );
  });

  it('the passive checker warns of first results only, and refuses what has no form', () => {
    const bare = probe();
    const wrong: Env = { ...bare, step: (action) => bare.step(action).with(1, Number.NaN) as never };
    const env = wrap(wrong, passiveEnvChecker());
    env.reset({ seed: 1 });
    const each = [0, 1, 2].map(() => collectWarnings(() => env.step(0)).warnings.length);
    expect(each[0]).toBeGreaterThan(0);
    expect(each[2]).toBe(0);
    const four = wrap({ ...bare, step: () => [0, 0, false, {}] as never } as Env, passiveEnvChecker());
    four.reset({ seed: 1 });
    expect(() => four.step(0)).toThrow(/step returned 4 values/);
  });

  it('a discretised action outside is refused, not carried out', () => {
    const env = wrap(probe({ boxActions: true }), discretizeAction({ bins: 3 }));
    env.reset({ seed: 1 });
    expect(() => env.step(9)).toThrow(/DiscretizeAction: 9 is not in Discrete\(9\)/);
  });
});
