/** `servegym train` by learners that step through environments, on tiny budgets, and what they leave in a comparison. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../../agents/policy-file.js';
import { readModelFile, writeModelFile } from '../../../predictors/model-file.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const COMMON = '--requests 20 --validation-seeds 2 --validate-every 2 --workers 0'.split(' ');
const DRAFT = '--task Draft-v0 --agent ppo --steps 192 --hidden 8 --hyper envs=2,rollout=32,batch=32'.split(' ');
const SERVE = '--task Serve-v0 --agent ppo --steps 64 --hidden 8 --hyper envs=1,rollout=32,batch=32'.split(' ');
const QUEUE = '--task Queue-v0 --agent dqn --steps 1000 --hidden 8 --parameters slots=4'.split(' ');

const train = async (name: string, flags: readonly string[], terminal: Parameters<typeof servegym>[1] = {}) => {
  const at = join(folder, name);
  const said = await servegym(['train', ...COMMON, ...flags, '--out', at], terminal);
  return { ...said, at, file: (own: string) => readFileSync(join(at, own), 'utf8') };
};

const compare = (setting: string, ...schedulers: string[]) =>
  servegym([
    ...`compare --setting ${setting} --requests 30 --seeds 2 --no-pictures --no-bound --workers 0 --quiet`.split(' '),
    ...['--out', join(folder, 'compared'), '--schedulers', schedulers.join(',')],
  ]);

describe('train by gradients', () => {
  it('takes its steps, logs each iteration, and leaves a policy of its task', async () => {
    const { code, out, at, file } = await train('draft', DRAFT);
    expect(code).toBe(0);
    expect(out).toMatch(/^ppo on Draft-v0: 3 iterations, 192 steps, \d+ episodes; ended: the budget is spent/m);
    const [header, ...rows] = file('log.csv').trim().split('\n');
    expect(header).toMatch(/^iteration,steps,episodes,return,policy,/);
    expect(header).toMatch(/,validation$/);
    expect(rows.map((row) => row.split(',')[1])).toEqual(['64', '128', '192']);
    expect(rows.map((row) => row.endsWith(','))).toEqual([true, false, false]);
    const { kind, about } = readPolicyFile(join(at, 'policy.json'));
    expect(kind).toBe('task-policy');
    expect(about).toMatchObject({ task: 'Draft-v0', settings: ['chat-long'], heads: null });
    expect(existsSync(join(at, 'checkpoint.json'))).toBe(false);
    expect((await servegym(['train', '--config', join(at, 'config.yaml'), '--print-config'])).out).toBe(
      file('config.yaml'),
    );
  });

  it('trains with TensorFlow.js where that is asked for, and says so', async () => {
    const { code, at } = await train('tensors', [...DRAFT, '--trainer', 'tensorflow']);
    expect(code).toBe(0);
    const [other, own] = [at, join(folder, 'draft')].map((each) => readPolicyFile(join(each, 'policy.json')));
    expect([own.card.backend, other.card.backend]).toEqual(['SIMD WebAssembly', 'TensorFlow.js wasm']);
    const bias = ({ weights }: typeof own): number[] => [...weights.tensors['layer0.bias'].values];
    expect(bias(other).every((value, k) => Math.abs(value - bias(own)[k]) < 1e-3)).toBe(true);
    const search = await servegym(['train', 'Serve-v0', '--agent', 'cma-es', '--trainer', 'simd']);
    expect(search.err).toMatch(/cma-es has no trainer/);
  });

  it('its policy is compared like any scheduler', async () => {
    const { code, out } = await compare('chat-long', 'srpt', `policy:${join(folder, 'draft')}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^policy:draft +learned/m);
    expect(out).toMatch(/policy:draft: ppo on Draft-v0: -jct cost .*; that was with noisy\+posterior$/m);
  });

  it('goes on after an interruption to the same bytes', async () => {
    const controller = new AbortController();
    const cut = await train('cut', DRAFT, {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(join(folder, 'cut', 'checkpoint.json'))) controller.abort();
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.err).toMatch(/the same command goes on/);
    expect(existsSync(join(cut.at, 'policy.json'))).toBe(false);
    const resumed = await train('cut', DRAFT);
    expect(resumed.err).toMatch(/going on from .*checkpoint\.json/);
    for (const name of ['policy.json', 'log.csv', 'log.jsonl', 'episodes.jsonl', 'evaluation.jsonl', 'config.yaml'])
      expect(resumed.file(name)).toBe(readFileSync(join(folder, 'draft', name), 'utf8'));
  });

  it('trains a scorer in slots that acts on everyone, added to a heuristic', async () => {
    const { code, err, at } = await train('serve', [...SERVE, '--base', 'srpt', '--heads', 'rank,gamma']);
    expect(code).toBe(0);
    expect(err).toContain('on top of srpt');
    const { kind, about } = readPolicyFile(join(at, 'policy.json'));
    expect(kind).toBe('index-policy');
    expect(about.heads).toEqual({ perRequest: ['rank', 'gamma'], forAll: [] });
    expect(about.parameters.slots).toBe(0);
    expect((await compare('heavy-tail', 'srpt', `policy:${at}`)).code).toBe(0);
  });

  it('trains a scorer of those it chooses among', async () => {
    const flags = '--task Queue-v0 --agent ppo --steps 64 --hidden 8 --hyper envs=1,rollout=64'.split(' ');
    const { code, at, file } = await train('queue', flags);
    expect(code).toBe(0);
    expect(file('config.yaml')).toContain('network: scorer');
    expect(readPolicyFile(join(at, 'policy.json')).kind).toBe('task-policy');
    expect((await compare('single-server', 'srpt', `policy:${at}`)).code).toBe(0);
  });

  it('trains perceptrons in slots, by REINFORCE too', async () => {
    const flags = ['--agent', 'reinforce', '--network', 'mlp', '--hyper', 'groups=1,rollouts=2', '--steps', '1'];
    const { code, at } = await train('slots', [
      ...SERVE.slice(0, 2),
      ...flags,
      '--hidden',
      '4',
      '--parameters',
      'slots=2',
    ]);
    expect(code).toBe(0);
    const { kind, about } = readPolicyFile(join(at, 'policy.json'));
    expect([kind, about.parameters.slots]).toEqual(['task-policy', 2]);
  });

  it('trains several seeds in folders of their own, on a mixture of loads, and chooses one', async () => {
    const { code, out, at, file } = await train('seeds', [...QUEUE, '--seeds', '2', '--seed', '3', '--load', '.5,.9']);
    expect(code).toBe(0);
    const table = /^training seed[\s\S]*?\n\n/m.exec(out)?.[0] ?? '';
    expect(table.match(/^[34] .*%.*%.*$/gm)).toHaveLength(2);
    expect(table.match(/chosen$/gm)).toHaveLength(1);
    const chosen = /^([34]) .*chosen$/m.exec(table)?.[1];
    expect(file('policy.json')).toBe(file(`seed-${chosen}/policy.json`));
    expect(file('seed-3/log.csv')).not.toBe(file('seed-4/log.csv'));
    expect(readPolicyFile(join(at, 'policy.json')).about.loads).toEqual([0.5, 0.9]);
  });

  it('searches for policies of fixed size as well', async () => {
    const flags = '--agent random --budget 16 --batch 1 --population 2 --sigma 1'.split(' ');
    const { code, at } = await train('searched', ['--task', 'Select-v0', ...flags]);
    expect(code).toBe(0);
    const { kind, about } = readPolicyFile(join(at, 'policy.json'));
    expect(kind).toBe('task-policy');
    expect(about.heuristics[0]).toBe('edf-size');
  });

  it.each([
    [
      [...SERVE.slice(0, 2), '--agent', 'dqn'],
      /dqn chooses from Discrete, Serve-v0 takes Box.*expected ppo, reinforce/,
    ],
    [
      [...SERVE, '--parameters', 'slots=0'],
      /ppo needs a view of fixed size, slots is 0: expected --parameters slots=16/,
    ],
    [
      [...DRAFT, '--network', 'scorer'],
      /--network scorer: Draft-v0 neither adds to a heuristic nor chooses a request, expected mlp/,
    ],
    [['--agent', 'ppo', '--hidden', '8,8'], /--hidden 8,8: an index policy has one hidden layer at most/],
    [['--agent', 'ppo', '--hidden', '0'], /--network scorer: hidden is 0, expected one width/],
    [[...DRAFT, '--budget', '100'], /ppo has no budget, it has network, hidden, parameters, hyper, steps/],
    [['--agent', 'es', '--steps', '9'], /es has no steps, it has hidden, budget/],
    [[...DRAFT, '--hyper', 'rat=1'], /--hyper: ppo has no "rat": did you mean "rate"/],
    [[...DRAFT, '--hyper', 'rate=-1'], /--hyper: rate is -1: /],
    [[...DRAFT, '--parameters', 'slot=4'], /Draft-v0: unknown argument "slot"/],
    [[...DRAFT, '--train-reward', 'slo-vs:sprt'], /unknown scheduler "sprt"/],
    [[...DRAFT, '--train-reward', 'jct-vs'], /reward jct-vs needs a heuristic to compare with: jct-vs:NAME/],
    [[...DRAFT, '--trainer', 'gpu'], /--trainer is "gpu"/],
    [[...DRAFT, '--heads', 'rank'], /Draft-v0 has no heads, expected one of Serve-v0/],
    [['--task', 'Drft-v0'], /unknown task "Drft-v0": did you mean "Draft-v0"/],
    [[...DRAFT, '--setting', 'chat-long,heavy-tail'], /tuned:volume differ between them, expected one --base/],
    [[...DRAFT, '--setting', 'chat-long,single-server', '--base', 'srpt'], /engine or srpt differ between them/],
  ])('refuses %j in one line, and writes nothing', async (flags, message) => {
    const { code, err, at } = await train('wrong', flags);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
    expect(existsSync(at)).toBe(false);
  });
});

describe('a policy of a task', () => {
  it('is refused on an engine with other actions, and when it was changed', async () => {
    const file = join(folder, 'draft', 'policy.json');
    const text = readFileSync(file, 'utf8');
    const spec = `policy:${join(folder, 'draft')}`;
    const model = readModelFile(file);
    const about = JSON.parse(String(model.weights.settings.about));
    writeFileSync(file, text.replace('"ppo, seed 0"', '"ppo, seed 1"'));
    expect((await compare('chat-long', spec)).err).toMatch(/policy\.json: has been changed or damaged/);
    writeModelFile(file, { ...model, features: 9 });
    expect((await compare('chat-long', spec)).err).toMatch(/version 9 of the observed features/);
    const few = { ...about, rules: { maxDrafts: 2 }, gamma: 1 };
    writeModelFile(file, {
      ...model,
      weights: { ...model.weights, settings: { ...model.weights.settings, about: JSON.stringify(few) } },
    });
    expect((await compare('chat-long', spec)).err).toMatch(
      /policy:draft was trained for other actions than Discrete\(3\)/,
    );
    writeFileSync(file, text);
  });
});
