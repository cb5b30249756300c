/** What every learner must do: repeat itself, go on from a checkpoint to the same bytes, stop when told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Agent, agentOf } from '../../../agents/learners/agent.js';
import { cmaEs } from '../../../agents/learners/cma-es.js';
import { dqn } from '../../../agents/learners/dqn.js';
import { es } from '../../../agents/learners/es.js';
import type { Learner, LearnOptions, MakeEnv } from '../../../agents/learners/learner.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { randomSearch } from '../../../agents/learners/random-search.js';
import { reinforce } from '../../../agents/learners/reinforce.js';
import { search } from '../../../agents/learners/search.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import { modelText } from '../../../predictors/model-file.js';
import type { Weights } from '../../../predictors/weights.js';
import { corridor, evaluate, follow, quick } from './toys.js';

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
  interface Learned {
    readonly agent: Agent;
    readonly text: string;
    readonly states: readonly Weights[];
  }
  const train = async (options: Partial<LearnOptions> = {}): Promise<Learned> => {
    const states: Weights[] = [];
    const checkpoint = (state: Weights): void => void states.push(state);
    const agent = await learner(makeEnv, { seed: 5, steps: 0, ...given, checkpoint, ...options });
    return { agent, text: textOf(agent.save()), states };
  };
  let whole: Learned;
  beforeAll(async () => {
    whole = await train();
  });

  it('repeats itself, and goes on from a checkpoint as if nothing had been', async () => {
    expect((await train()).text).toBe(whole.text);
    expect((await train({ seed: 6 })).text).not.toBe(whole.text);
    expect(whole.states.length).toBeGreaterThan(2);
    const rest = await train({ from: whole.states[1] });
    expect(rest.text).toBe(whole.text);
    expect(rest.states.map(textOf)).toEqual(whole.states.slice(2).map(textOf));
  });

  it('refuses the state of another training', async () => {
    const [{ tensors, settings }] = whole.states;
    const strange = (name: string): Weights['tensors'] => {
      const values = new Float32Array(tensors[name].values.length + 1);
      return { ...tensors, [name]: { ...tensors[name], values } };
    };
    const own = Object.keys(tensors).find((name) => /^(parameter\/0|search\/(mean|best))$/.test(name)) ?? '';
    const from = (given: Weights['tensors']): Weights => ({ settings, tensors: given });
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
    const again = agentOf(whole.agent.save());
    expect(evaluate(makeEnv, whole.agent, 3)).toBe(evaluate(makeEnv, again, 3));
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
