/** checkMatch: equal environments pass, the first difference is named. */
import { describe, expect, it } from 'vitest';
import { checkMatch } from '../../../../env/gym/check/match.js';
import type { Env } from '../../../../env/gym/env.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { countingEnv } from './counting.js';

const counting = (): Env => countingEnv() as Env;

/** The same environment, whose steps are changed from the third on. */
function changed(step: (result: ReturnType<Env['step']>) => ReturnType<Env['step']>): Env {
  const env = counting();
  let calls = 0;
  return Object.assign(Object.create(env), {
    step: (action: unknown) => (++calls > 3 ? step(env.step(action)) : env.step(action)),
  });
}

describe('checkMatch', () => {
  it('says nothing of two that are alike, through several episodes', () => {
    expect(() => checkMatch(counting(), counting(), { steps: 100 })).not.toThrow();
  });

  it('names the call and what differs first', () => {
    const dearer = changed(([o, reward, ...rest]) => [o, reward + 1, ...rest]);
    expect(() => checkMatch(counting(), dearer)).toThrow(/^reward differs in step 3: -?[\d.]+, and -?[\d.]+$/);
    expect(() => checkMatch(counting(), dearer, { skip: ['reward'] })).not.toThrow();
    const longer = changed(([o, reward, , , info]) => [o, reward, false, false, info]);
    expect(() => checkMatch(counting(), longer)).toThrow(/^terminated differs in step 11: true, and false$/);
  });

  it('refuses other spaces at once', () => {
    const other = Object.assign(Object.create(counting()), { observationSpace: box(0, 1, { shape: [3] }) }) as Env;
    expect(() => checkMatch(counting(), other)).toThrow(
      /^observationSpace differs: Box\(0.0, 1000.0.*, and Box\(0.0, 1.0/,
    );
  });
});
