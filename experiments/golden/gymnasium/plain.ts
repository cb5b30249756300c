/** Environments that do nothing: what the scenes of the registry make. */
import type { Env } from '../../../env/gym/env.js';
import { createEnv } from '../../../env/gym/kernel.js';
import { box } from '../../../env/gym/spaces/box.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import type { VectorEnv } from '../../../env/gym/vector/vector-env.js';
import { layersOf } from '../../../env/gym/wrappers/wrapper.js';

type Arguments = Readonly<Record<string, unknown>>;

const MODES = ['ansi'];

/** Zeros of a size, for ever. @throws TypeError for an argument that it does not know */
export function plain({ size = 3, renderMode = null, ...others }: Arguments): Env {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new TypeError(`Plain has no argument ${unknown}`);
  const known = MODES.includes(renderMode as string);
  return createEnv(
    () => ({
      observationSpace: box(0, 100, { shape: [size as number] }),
      actionSpace: discrete(2),
      metadata: { renderModes: MODES, renderFps: 4 },
      begin() {},
      advance() {},
      extras: { size, kind: 'Plain' },
    }),
    { renderMode: known ? (renderMode as string) : null },
  ) as Env;
}

/** The same without a word about its render modes. */
export const noMetadata = (given: Arguments): Env =>
  Object.assign(plain(given), { metadata: {}, kind: 'NoMetadata' }) as unknown as Env;

/** An environment in Gymnasium's notation: `<TimeLimit<OrderEnforcing<Plain<A-v0>>>>`. */
export function notation(env: Env): string {
  const { kind = 'Env' } = env.unwrapped as { kind?: string };
  const names = layersOf(env).map(({ wrapper }) => wrapper.name);
  return `${names.map((name) => `<${name}`).join('')}<${kind}<${env.spec?.id}>>${'>'.repeat(names.length)}`;
}

/** The same of several: `SyncVectorEnv(A-v0, num_envs=3)`. */
export const vectorNotation = (vector: VectorEnv): string =>
  `SyncVectorEnv(${vector.spec?.id}, num_envs=${vector.count})`;
