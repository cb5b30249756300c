/** What a training is told unless told otherwise. */
import { describe, expect, it } from 'vitest';
import { completeTraining, trainShape } from '../../../experiments/train/settings.js';

const complete = (given: object) => completeTraining(trainShape.parse({ task: 'Pick-v0', agent: 'ppo', ...given }));

describe('presets', () => {
  it('PPO on Pick-v0 learns against the path of fcfs, with a critic that knows the truth', () => {
    const { trainReward, hyper, network } = complete({});
    expect(trainReward).toBe('jct-vs:fcfs');
    expect(hyper).toMatchObject({ privileged: true, average: true });
    expect(network).toBe('scorer');
  });

  it('another reward, or another learner, is trained by the reward that it is judged by', () => {
    expect(complete({ reward: 'slo' })).not.toHaveProperty('trainReward');
    expect(complete({ agent: 'dqn' })).not.toHaveProperty('trainReward');
    expect(complete({ agent: 'reinforce' }).hyper).not.toHaveProperty('privileged');
  });

  it('what is said goes before what the preset says', () => {
    const said = complete({ trainReward: 'jct-vs:srpt', hyper: { lambda: 0.9 }, preset: '1h' });
    expect(said.trainReward).toBe('jct-vs:srpt');
    expect(said.hyper).toMatchObject({ lambda: 0.9, rate: complete({}).hyper?.rate });
    expect(said.steps).toBe(30 * Number(complete({}).steps));
  });

  it('searches on Admit-v0 look for a hold, by the features of each request where all are seen', () => {
    const admit = (given: object) => complete({ task: 'Admit-v0', agent: 'cma-es', ...given });
    expect(admit({})).toMatchObject({ heads: ['hold'], network: 'own', validationSeeds: 8 });
    expect(admit({ preset: '1h' })).toMatchObject({ heads: ['hold'], batch: 8, validationSeeds: 64 });
    expect(admit({ parameters: { slots: 4 } })).not.toHaveProperty('network');
    expect(complete({ task: 'Admit-v0' })).not.toHaveProperty('heads');
  });

  it('searches go where there is something to find: by task several loads, or several heads, unless others are said', () => {
    const search = (given: object) => complete({ agent: 'cma-es', ...given });
    const draft = search({ task: 'Draft-v0' });
    expect(draft.load).toHaveLength(6);
    expect(Number(search({ task: 'Draft-v0', preset: '1h' }).budget)).toBe(30 * Number(draft.budget));
    expect(search({ task: 'Draft-v0', load: [0.5] }).load).toEqual([0.5]);
    expect(search({ task: 'Chunk-v0' }).load).toHaveLength(4);
    expect(search({ task: 'Memory-v0' }).heads).toEqual(['keep', 'place', 'reserve', 'headroom']);
    expect(search({ task: 'Memory-v0', heads: ['place'] }).heads).toEqual(['place']);
    expect(complete({ task: 'Draft-v0' })).not.toHaveProperty('load');
  });
});
