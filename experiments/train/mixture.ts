/** Several environments of tasks as one: each episode is played in the one that its seed says. */
import type { Env } from '../../env/gym/env.js';
import { luck } from '../../env/random.js';
import type { ServingExtras } from '../../env/tasks/serving-env.js';

/**
 * `unwrapped` is the mixture, and tells of whoever is played. All have the same spaces, are reset by seeds that are numbers, and have the paths that allocate nothing.
 * @throws Error if observations or actions differ, or by `reset` without such a seed
 */
export function mixture(envs: readonly Env[]): Env {
  const [first] = envs;
  if (envs.length === 1) return first;
  for (const { observationSpace, actionSpace } of envs)
    if (`${observationSpace} ${actionSpace}` !== `${first.observationSpace} ${first.actionSpace}`)
      throw new Error(
        `a mixture of environments whose spaces differ: ${first.actionSpace} of ${first.observationSpace} and ${actionSpace} of ${observationSpace}`,
      );
  const draw = luck(0, 'mixture');
  let now = first;
  const enter = (seed: unknown): void => {
    if (typeof seed !== 'number') throw new Error(`reset of a mixture with seed ${String(seed)}, expected a number`);
    now = envs[Math.floor(envs.length * draw(seed, 0))];
  };
  const inside = (): ServingExtras => now.unwrapped as Env & ServingExtras;
  const { observationSpace, actionSpace, metadata, renderMode, actionMasks } = first;
  const env: Env & ServingExtras = {
    observationSpace,
    actionSpace,
    metadata,
    renderMode,
    spec: null,
    get random() {
      return now.random;
    },
    get randomSeed() {
      return now.randomSeed;
    },
    get unwrapped() {
      return env;
    },
    privileged: () => inside().privileged(),
    shown: () => inside().shown(),
    frame: (mode) => inside().frame(mode),
    reset(how) {
      enter(how?.seed);
      return now.reset(how);
    },
    step: (action) => now.step(action),
    resetInto(out, row, how) {
      enter(how?.seed);
      now.resetInto?.(out, row, how);
    },
    stepInto: (action, out, row) => now.stepInto?.(action, out, row),
    ...(actionMasks && { actionMasks: () => now.actionMasks?.() as Uint8Array }),
    render: () => now.render(),
    close() {
      for (const each of envs) each.close();
    },
  };
  return env;
}
