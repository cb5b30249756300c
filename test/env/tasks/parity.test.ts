/** An agent that adds nothing is the heuristic: every figure of the episode is the same, to the byte. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import type { Summary } from '../../../env/serving/summary.js';
import { openTask, promisedWorld } from '../../../env/tasks/task.js';
import { runEpisode } from '../../../experiments/episode.js';
import type { TaskNames } from '../../../experiments/tasks/names.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { forms, play, type Small, zeroAction } from './small.js';

const SEED = 11;

/** The episode under the heuristic itself, without a gym. @param choice of several heuristics */
function alone(id: string, names: TaskNames, choice: number | null): Partial<Summary> {
  const { task, world: given, values, open } = resolveTask(id, names);
  const world = promisedWorld(task, given, values);
  const { next } = stream(SEED, 'env');
  const [workloadSeed, seed] = [0, 0].map(() => Math.floor(next() * 2 ** 32));
  return withoutTurns(
    runEpisode({
      workload: world.source.sample(workloadSeed),
      rules: world.rules,
      cost: world.cost,
      scheduler: choice === null ? open.base : (open.heuristics ?? [])[choice],
      predictor: world.predictor,
      seed,
      slo: world.promises ?? [],
    }).summary,
  );
}

/** How often a policy was asked is the one thing that may differ. */
const withoutTurns = ({ turns: _asked, ...others }: Summary): Partial<Summary> => others;

function through(id: string, names: TaskNames, act: (env: Small) => unknown): Partial<Summary> {
  const { task, world, values, open } = resolveTask(id, names);
  const env = openTask(task, world, values, open);
  return withoutTurns(play(env, act, { seed: SEED }).summary);
}

const SIZE = { requests: 60, load: 1.5 };

describe('a zero action', () => {
  it.each(forms.filter(([, id]) => /Serve|Admit|Speculate|Memory/.test(id)))('of %s', (_form, id, own) => {
    for (const every of ['event', 'iteration', 'period']) {
      const names = { ...SIZE, ...own, every };
      expect(through(id, names, zeroAction)).toEqual(alone(id, names, null));
    }
  });
});

describe('a neutral choice', () => {
  it('of Draft-v0 is the γ of the engine', () => {
    const names = { ...SIZE, base: 'srpt' };
    const gamma = resolveTask('Draft-v0', names).world.rules.drafts;
    expect(through('Draft-v0', names, () => gamma)).toEqual(alone('Draft-v0', names, null));
    expect(through('Draft-v0', names, () => 0)).not.toEqual(alone('Draft-v0', names, null));
  });

  it('of Draft-v0 overrules what the base says of γ, nothing else', () => {
    const names = { ...SIZE, base: 'fixed-gamma(srpt):gamma=5' };
    const own = { ...SIZE, base: 'fixed-gamma(srpt):gamma=1' };
    expect(through('Draft-v0', names, () => 1)).toEqual(alone('Draft-v0', own, null));
  });

  it('of Chunk-v0 is the budget of the engine', () => {
    expect(through('Chunk-v0', SIZE, () => 5)).toEqual(alone('Chunk-v0', SIZE, null));
    expect(through('Chunk-v0', SIZE, () => 0)).not.toEqual(alone('Chunk-v0', SIZE, null));
  });

  it.each([0, 1, 2, 3, 4, 5])('of Select-v0 is the heuristic number %i', (k) => {
    expect(through('Select-v0', SIZE, () => k)).toEqual(alone('Select-v0', SIZE, k));
  });
});
