/** A small environment of every kind that wrappers ask for: what it shows depends on all actions and draws so far. */
import type { Env } from '../../../../env/gym/env.js';
import { createEnv, type Kernel } from '../../../../env/gym/kernel.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import { multiBinary } from '../../../../env/gym/spaces/multi-binary.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import type { Stream } from '../../../../env/random.js';

export interface ProbeOptions {
  /** Lengths of episodes, cycled. */
  readonly lengths?: readonly number[];
  readonly end?: 'terminated' | 'truncated';
  readonly dict?: boolean;
  readonly boxActions?: boolean;
  readonly renderMode?: string | null;
}

const ACTIONS = 4;

/** `[level, step]` in [−100, 100]², or a Dict of it, the last choice and the mask; 4 actions with masks, or 2 numbers in [−2, 2]. */
export function probe({
  lengths = [3, 5],
  end = 'terminated',
  dict: asDict = false,
  boxActions = false,
  renderMode = null,
}: ProbeOptions = {}): Env {
  const pos = box(-100, 100, { shape: [2] });
  const whole = dict({ action_mask: multiBinary(ACTIONS), last: discrete(ACTIONS), pos });

  const kernel = (
    random: Stream,
    from = { episode: -1, step: 0, level: 0, last: 0 },
  ): Kernel<unknown, unknown, unknown> => {
    const s = { ...from };
    const write = (observation: unknown, row: number): void => {
      const value = Float32Array.of(s.level, s.step);
      if (!asDict) pos.write(observation as Float32Array, row, value);
      else whole.write(observation as never, row, { action_mask: legal(), last: s.last, pos: value });
    };
    const legal = (): Int8Array => Int8Array.from({ length: ACTIONS }, (_, a) => (a === s.step % ACTIONS ? 0 : 1));
    return {
      observationSpace: (asDict ? whole : pos) as Space,
      actionSpace: (boxActions ? box(-2, 2, { shape: [2] }) : discrete(ACTIONS)) as Space,
      metadata: { renderModes: ['ansi'], renderFps: null },
      maskWidth: boxActions ? 0 : ACTIONS,
      mask(into: Uint8Array, at: number) {
        into.set(legal(), at);
      },
      begin(out: { observation: unknown }, row: number) {
        s.episode++;
        s.step = 0;
        s.level = Math.fround(random.next());
        write(out.observation, row);
      },
      advance(action: unknown, out: Parameters<NonNullable<Env['stepInto']>>[1], row: number) {
        const push = boxActions ? (action as Float32Array)[0] : (action as number) - 1;
        s.last = boxActions ? 0 : (action as number);
        s.step++;
        s.level = Math.fround(s.level / 2 + push + random.next());
        const ended = s.step >= lengths[s.episode % lengths.length];
        out.reward[row] = s.level;
        out.terminated[row] = ended && end === 'terminated' ? 1 : 0;
        out.truncated[row] = ended && end === 'truncated' ? 1 : 0;
        write(out.observation, row);
      },
      info: () => ({ level: s.level }),
      render: () => `episode ${s.episode} step ${s.step}`,
      fork: (twin) => kernel(twin, s),
    };
  };
  return createEnv((random) => kernel(random), { renderMode }) as Env;
}
