/** Rules about what an environment has: its methods, spaces, random stream, metadata. */
import type { Env } from '../../env.js';
import { isObject } from '../../json.js';
import { kindOf } from '../../spaces/kind-of.js';
import type { Rule } from '../rule.js';

const has = (value: unknown, ...methods: string[]): string | undefined =>
  isObject(value) ? methods.find((name) => typeof value[name] !== 'function') : 'properties';

const methods: Rule = {
  name: 'methods',
  sentence: 'An environment has the methods reset, step, render and close.',
  level: 'error',
  *check({ env }) {
    const missing = has(env, 'reset', 'step', 'render', 'close');
    if (missing !== undefined) yield `it has no ${missing}`;
  },
};

const spaceRule = (field: 'observationSpace' | 'actionSpace', words: string): Rule => ({
  name: words.replace(' ', '-'),
  sentence: `An environment has ${words === 'action space' ? 'an action space' : 'an observation space'}, which is a space.`,
  level: 'error',
  *check({ env }) {
    const space: unknown = env[field];
    if (space === undefined) yield `${field} is missing`;
    else if (has(space, 'sample', 'contains', 'seed', 'toJSON') !== undefined)
      yield `${field} is ${kindOf(space)}, which is no space`;
  },
});

const randomStream: Rule = {
  name: 'random-stream',
  sentence: 'An environment shows the random stream that its luck comes from.',
  level: 'error',
  *check({ env }) {
    if (!(env.random?.state instanceof Int32Array) || has(env.random, 'next') !== undefined)
      yield `random is ${kindOf(env.random)}`;
  },
};

const unwrapped: Rule = {
  name: 'unwrapped',
  sentence: 'unwrapped is the environment inside all wrappers.',
  level: 'error',
  *check({ env }) {
    let innermost: Env = env;
    while (innermost.inner) innermost = innermost.inner;
    if (!isObject(env.unwrapped)) yield `unwrapped is ${kindOf(env.unwrapped)}`;
    else if (env.unwrapped !== innermost) yield 'unwrapped is another one than the innermost';
  },
};

const metadata: Rule = {
  name: 'metadata',
  sentence: 'metadata names the render modes, in a list that may be empty.',
  level: 'error',
  *check({ env }) {
    const modes: unknown = isObject(env.metadata) ? env.metadata.renderModes : undefined;
    if (!isObject(env.metadata)) yield `metadata is ${kindOf(env.metadata)}`;
    else if (!Array.isArray(modes) || modes.some((mode) => typeof mode !== 'string'))
      yield `metadata.renderModes is ${kindOf(modes)}`;
  },
};

const renderFps: Rule = {
  name: 'render-fps',
  sentence: 'Where there are render modes, metadata.renderFps is a number above 0, or null if it does not matter.',
  level: 'warning',
  *check({ env }) {
    const { renderModes, renderFps: fps } = env.metadata;
    if (renderModes.length > 0 && fps !== null && !(fps > 0)) yield `metadata.renderFps is ${kindOf(fps)}`;
  },
};

const legacySeed: Rule = {
  name: 'legacy-seed',
  sentence: 'Environments are seeded by reset({ seed }), not by a method seed.',
  level: 'warning',
  *check({ env }) {
    if ('seed' in env) yield 'it has a member seed';
  },
};

/** What must be there before anything can be asked of an environment. */
export const formRules: readonly Rule[] = [
  methods,
  spaceRule('observationSpace', 'observation space'),
  spaceRule('actionSpace', 'action space'),
];

export const contractRules: readonly Rule[] = [...formRules, randomStream, unwrapped, metadata];
export const habitRules: readonly Rule[] = [renderFps, legacySeed];
