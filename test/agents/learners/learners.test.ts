/** What every learner must do: learn its toys, repeat itself, go on from a checkpoint to the same bytes, stop when told. */
import { describe, expect, it } from 'vitest';
import { type Agent, agentOf } from '../../../agents/learners/agent.js';
import { cmaEs } from '../../../agents/learners/cma-es.js';
import { dqn } from '../../../agents/learners/dqn.js';
import { es } from '../../../agents/learners/es.js';
import type { Learner, LearnOptions, LearnProgress, MakeEnv } from '../../../agents/learners/learner.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { randomSearch } from '../../../agents/learners/random-search.js';
import { reinforce } from '../../../agents/learners/reinforce.js';
import { search } from '../../../agents/learners/search.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import { modelText } from '../../../predictors/model-file.js';
import { mlp } from '../../../predictors/net.js';
import type { Weights } from '../../../predictors/weights.js';
import { annuity, blind, corridor, corridorValues, evaluate, follow, oneHot } from './toys.js';

const quick = {
  envs: 8,
  rollout: 32,
  batch: 64,
  epochs: 8,
  rate: 3e-3,
  discount: 0.9,
  network: { kind: 'mlp', hidden: [32] },
} as const;

const learners: readonly (readonly [string, Learner, MakeEnv, Partial<LearnOptions> & Record<string, unknown>])[] = [
  ['PPO', ppo, cartPoleV1, { ...quick, steps: 1_500 }],
  ['PPO with masks', ppo, corridor, { ...quick, steps: 1_500, average: true, targetKl: 0.01 }],
  ['PPO in a box', ppo, follow, { ...quick, steps: 1_500, anneal: true }],
  ['DQN', dqn, corridor, { steps: 3_000, memory: 500, start: 200, batch: 16, hidden: [16] }],
  ['REINFORCE', reinforce, cartPoleV1, { steps: 2_000, network: { kind: 'mlp', hidden: [8] } }],
  ['CMA-ES', search(cmaEs), cartPoleV1, { steps: 1_000 }],
  ['OpenAI-ES with masks', search(es), corridor, { steps: 3_000, hidden: [4] }],
  ['random search in a box', search(randomSearch), follow, { steps: 100 }],
];

describe.each(learners)('%s', (_, learner, makeEnv, given) => {
  const train = async (options: Partial<LearnOptions> = {}): Promise<{ text: string; states: Weights[] }> => {
    const states: Weights[] = [];
    const checkpoint = (state: Weights): void => void states.push(state);
    const agent = await learner(makeEnv, { seed: 5, steps: 0, ...given, checkpoint, ...options });
    return { text: textOf(agent.save()), states };
  };

  it('repeats itself, and goes on from a checkpoint as if nothing had been', async () => {
    const whole = await train();
    expect((await train()).text).toBe(whole.text);
    expect((await train({ seed: 6 })).text).not.toBe(whole.text);
    expect(whole.states.length).toBeGreaterThan(2);
    const rest = await train({ from: whole.states[1] });
    expect(rest.text).toBe(whole.text);
    expect(rest.states.map(textOf)).toEqual(whole.states.slice(2).map(textOf));
  });

  it('refuses the state of another training', async () => {
    const { states } = await train();
    const { tensors } = states[0];
    const strange = (name: string): Weights['tensors'] => {
      const values = new Float32Array(tensors[name].values.length + 1);
      return { ...tensors, [name]: { ...tensors[name], values } };
    };
    const own = Object.keys(tensors).find((name) => /^(parameter\/0|search\/(mean|best))$/.test(name)) ?? '';
    const from = (given: Weights['tensors']): Weights => ({ ...states[0], tensors: given });
    await expect(train({ from: from(strange(own)) })).rejects.toThrow(
      /^(the state has "parameter\/0" as|a saved search has)/,
    );
    await expect(train({ from: from({}) })).rejects.toThrow(/^the state has no "/);
  });

  it('stops when told', async () => {
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('enough'));
    await expect(train({ signal: abort.signal, onProgress })).rejects.toThrow('enough');
  });

  it('ends where it is told to, with what it has learned', async () => {
    const learned: string[] = [];
    const between = async (agent: Agent): Promise<boolean> => learned.push(textOf(agent.save())) < 2;
    const { text, states } = await train({ between });
    expect(states).toHaveLength(2);
    expect(text).toBe(learned[1]);
  });

  it.each(['done', 'stopped', 'refused'])('closes its environments when %s', async (end) => {
    let open = 0;
    const counted: MakeEnv = (seed) => {
      const env = makeEnv(seed);
      if (end === 'refused' && open === 1) throw new Error('no more');
      open++;
      return Object.assign(Object.create(env), {
        close() {
          open--;
          env.close();
        },
      });
    };
    const onProgress = (): void => {
      if (end === 'stopped') throw new Error('enough');
    };
    const training = learner(counted, { seed: 5, ...given, steps: 1, onProgress });
    if (end === 'done' || (end === 'refused' && given.envs === undefined)) await training;
    else await expect(training).rejects.toThrow(/enough|no more/);
    expect(open).toBe(0);
  });

  it('leaves an agent that is the same from its weights', async () => {
    const agent = await learner(makeEnv, { seed: 5, steps: 0, ...given });
    const again = agentOf(agent.save());
    expect(evaluate(makeEnv, agent, 3)).toBe(evaluate(makeEnv, again, 3));
  });
});

/** All numbers, bit for bit. */
const textOf = (weights: Weights): string =>
  modelText({
    kind: 'state',
    features: 0,
    card: { name: '', summary: '', data: [], command: '', seed: 0, backend: '', measured: {}, limits: [] },
    weights,
  });

describe('PPO', () => {
  it('learns to balance', async () => {
    const done: number[] = [];
    const agent = await ppo(cartPoleV1, {
      ...{ seed: 1, steps: 15_000, envs: 8, rollout: 32, batch: 64, epochs: 10, rate: 2e-3 },
      ...{ network: { kind: 'mlp', hidden: [32, 32] }, lambda: 0.8, discount: 0.98, anneal: true },
      onProgress: (progress) => void done.push(progress.done),
    });
    expect(done.at(-1)).toBe(15_104); // iterations are finished
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });

  it.runIf(process.env.SERVEGYM_LONG)('solves CartPole-v1 with ten seeds of ten', { timeout: 3_600_000 }, async () => {
    const options = { steps: 100_000, envs: 8, rollout: 32, batch: 256, epochs: 20, rate: 1e-3 };
    const scores: number[] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const agent = await ppo(cartPoleV1, { ...options, seed, lambda: 0.8, discount: 0.98, anneal: true });
      scores.push(evaluate(cartPoleV1, agent, 100));
    }
    expect(Math.min(...scores), String(scores)).toBeGreaterThanOrEqual(475);
  });

  it('goes right where that is allowed', async () => {
    const agent = await ppo(corridor, { ...quick, seed: 1, steps: 3_000, entropyCoefficient: 0.01 });
    expect(evaluate(corridor, agent, 20)).toBe(1);
    expect(() => agent.act(oneHot(1), Uint8Array.of(0, 0, 0))).toThrow('none of 3 actions is legal');
  });

  it('follows in a box', async () => {
    const agent = await ppo(follow, { ...quick, seed: 1, steps: 12_000, rate: 5e-3, anneal: true });
    expect(evaluate(follow, agent, 50)).toBeGreaterThan(-0.02); // doing nothing: −.21
  });

  it('bootstraps what was cut off, discounted by time', async () => {
    let state: Weights | undefined;
    await ppo(annuity, {
      ...{
        ...quick,
        network: { kind: 'mlp', hidden: [] },
        valueCoefficient: 1,
        rate: 0.03,
        seed: 1,
        steps: 20_000,
        discount: 0.25,
      },
      checkpoint: (each) => {
        state = each;
      },
    });
    // 1.5 now, and half of the same half a second later
    expect(state?.tensors['parameter/3'].values[0]).toBeCloseTo(3, 1);
  });

  it('takes off the mean reward a second', async () => {
    let last: LearnProgress | undefined;
    const onProgress = (progress: LearnProgress): void => {
      last = progress;
    };
    await ppo(annuity, { ...quick, seed: 1, steps: 1_000, average: true, onProgress });
    expect(last?.figures.rewardRate).toBeCloseTo(3, 10);
  });

  it('ends an update that went too far', async () => {
    const updates = async (targetKl: number | null): Promise<number> => {
      let powers = [1];
      const checkpoint = ({ tensors }: Weights): void => {
        powers = [...tensors.powers.values];
      };
      await ppo(cartPoleV1, { ...quick, rate: 0.01, seed: 1, steps: 1, targetKl, checkpoint });
      return Math.round(Math.log(powers[0]) / Math.log(0.9));
    };
    expect(await updates(null)).toBe(quick.epochs * 4);
    const stopped = await updates(0.01);
    expect(stopped).toBeGreaterThan(0);
    expect(stopped).toBeLessThan(quick.epochs * 4);
  });

  it('says what it cannot take', async () => {
    const options = { seed: 1, steps: 1 };
    await expect(ppo(blind, options)).rejects.toThrow(/^learners take observations that are a Box, not Discrete\(2\)/);
    await expect(ppo(cartPoleV1, { ...options, batch: 0 })).rejects.toThrow('PPO: batch is 0, expected a whole number');
    await expect(dqn(follow, options)).rejects.toThrow('DQN chooses from Discrete, not from a box');
  });
});

describe('DQN', () => {
  // It forgets, too: whoever wants the best of a training keeps it by validation.
  it.runIf(process.env.SERVEGYM_LONG)(
    'solves CartPole-v1 with eight seeds of ten',
    { timeout: 3_600_000 },
    async () => {
      const options = { steps: 120_000, rate: 1e-3, every: 4, copyEvery: 500, batch: 128, memory: 100_000 };
      const scores: number[] = [];
      for (let seed = 1; seed <= 10; seed++) {
        const agent = await dqn(cartPoleV1, { ...options, seed, hidden: [128], exploring: 0.16, epsilon: 0.04 });
        scores.push(evaluate(cartPoleV1, agent, 100));
      }
      expect(scores.filter((score) => score >= 475).length, `${scores}`).toBeGreaterThanOrEqual(8);
    },
  );

  it('finds the values of the corridor', async () => {
    const agent = await dqn(corridor, {
      ...{ seed: 1, steps: 8_000, memory: 2_000, start: 200, every: 2, copyEvery: 100, batch: 32 },
      ...{ rate: 2e-3, discount: 0.8, hidden: [16] },
    });
    expect(evaluate(corridor, agent, 20)).toBe(1);
    const net = mlp(agent.save());
    const worth = [1, 2, 3, 4].map((cell) => net.forward(oneHot(cell))[2]);
    corridorValues(0.8).forEach((value, k) => {
      expect(Math.abs(worth[k] - value)).toBeLessThan(0.05);
    });
  });
});

describe('searches', () => {
  it.each([
    ['CMA-ES', cmaEs, 40_000],
    ['OpenAI-ES', es, 300_000],
    ['random search', randomSearch, 40_000],
  ])('%s balances with a linear policy', async (_, make, steps) => {
    const agent = await search(make)(cartPoleV1, { seed: 1, steps, episodes: 3 });
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });

  it('finds what a box wants', async () => {
    const agent = await search(cmaEs)(follow, { seed: 1, steps: 3_000, episodes: 10 });
    expect(evaluate(follow, agent, 50)).toBeGreaterThan(-0.001);
  });
});

describe('REINFORCE', () => {
  it('learns to balance', async () => {
    const agent = await reinforce(cartPoleV1, { seed: 1, steps: 30_000 });
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });
});
