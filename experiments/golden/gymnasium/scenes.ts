/** Scenes of the registry, played with ours: what each call that a recording names does. */
import { type MakeOptions, make } from '../../../env/gym/make.js';
import { makeVec } from '../../../env/gym/make-vec.js';
import { pprintRegistry, type Registry, register, spec } from '../../../env/gym/registry.js';
import type { EnvSpec } from '../../../env/gym/spec.js';
import { timeAware } from '../../../env/gym/wrappers/time-aware.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import { noMetadata, notation, plain, vectorNotation } from './plain.js';
import { camelKeys, keywords, literal } from './python.js';

/** What a call gives, in the words of the recordings. */
type Act = (found: RegExpExecArray, stage: Stage) => unknown;

/** A registry, and the id that was made known or made last, which some calls go on with. */
export interface Stage {
  readonly registry: Registry;
  id: string;
}

export const newStage = (): Stage => ({ registry: new Map(), id: '' });

const options = (text: string | undefined): Record<string, unknown> =>
  text === undefined ? {} : camelKeys(literal(text) as Record<string, unknown>);

const made = (stage: Stage, id: unknown, given?: string): string => {
  stage.id = typeof id === 'string' ? id : stage.id;
  return notation(make(id as string, options(given), stage.registry));
};

/** The first that fits plays the call. */
const ACTS: readonly (readonly [words: RegExp, act: Act])[] = [
  [/^register without entry point$/, (_, { registry }) => register({ id: 'D-v0' }, {}, registry)],
  [
    /^register NoMetadata$/,
    (_, stage) => {
      stage.id = 'H-v0';
      return register({ id: stage.id }, noMetadata, stage.registry);
    },
  ],
  [
    /^register (\S+)(?: with (.*))?$/,
    ([, id, given], stage) => {
      stage.id = id;
      const fields = given === undefined ? {} : camelKeys(keywords(given));
      return register({ ...fields, id } as { id: string } & Partial<EnvSpec>, plain, stage.registry);
    },
  ],
  [/^make ('.*'|\d+|None)$/, ([, given], stage) => made(stage, literal(given))],
  [/^make (\S+)(?: with (\{.*\}))?$/, ([, id, given], stage) => made(stage, id, given)],
  [/^spec kwargs$/, (_, { registry, id }) => vectorKwargs(registry, id)],
  [/^spec (\S+)$/, ([, id], { registry }) => spec(id, registry).id],
  [/^ids$/, (_, { registry }) => [...registry.keys()]],
  [/^size after make with size=(\d+)$/, ([, size], stage) => sizeOf(stage, { size: Number(size) })],
  [/^size from kwargs$/, (_, stage) => sizeOf(stage, {})],
  [
    /^max_episode_steps in the spec of the (made|unwrapped)/,
    ([, which], { registry }) => {
      const env = make('G-v0', {}, registry);
      return String((which === 'made' ? env : env.unwrapped).spec?.maxEpisodeSteps ?? 'None');
    },
  ],
  [
    /^make_vec (\S+), (\d+)$/,
    ([, id, count], { registry }) => vectorNotation(makeVec(id, { count: Number(count) }, registry)),
  ],
  [
    /^vectorization_mode='(\w+)'$/,
    ([, mode], { registry, id }) => makeVec(id, { count: 2, vectorMode: mode as never }, registry),
  ],
  [
    /^vector_entry_point without one$/,
    (_, { registry, id }) => makeVec(id, { count: 2, vectorMode: 'entry-point' }, registry),
  ],
  [
    /^wrappers$/,
    (_, { registry, id }) => {
      const { envs = [] } = makeVec(id, { count: 2, wrappers: [(env) => wrap(env, timeAware())] }, registry);
      return notation(envs[0]);
    },
  ],
  [/^default num_envs$/, (_, { registry, id }) => makeVec(id, {}, registry).count],
  [/^unknown id$/, (_, { registry }) => makeVec('Nope-v0', {}, registry)],
  [/^pprint_registry$/, (_, { registry }) => pprintRegistry(registry).replace('no namespace', 'None')],
];

function sizeOf({ registry, id }: Stage, given: MakeOptions): unknown {
  return (make(id, given, registry).unwrapped as { size?: number }).size;
}

/** In the words of the recording: a JSON text with Gymnasium's names. */
function vectorKwargs(registry: Registry, id: string): string {
  const { kwargs } = makeVec(id, { count: 3, vectorOptions: { copy: false } }, registry).spec ?? {};
  const { count, vectorMode, vectorOptions } = kwargs ?? {};
  const told = { num_envs: count, vectorization_mode: vectorMode, vector_kwargs: vectorOptions };
  return JSON.stringify(told).replace(/[:,]/g, '$& ');
}

/** Plays a call. @throws what ours throws; Error if the words name no call */
export function playCall(words: string, stage: Stage): unknown {
  for (const [form, act] of ACTS) {
    const found = form.exec(words);
    if (found) return act(found, stage) ?? null;
  }
  throw new Error(`${JSON.stringify(words)} names no call that we know`);
}
