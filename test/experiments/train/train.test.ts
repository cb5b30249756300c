/** `servegym train` end to end on tiny episodes, and its policy in a comparison. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../../agents/policy-file.js';
import type { DictSpace } from '../../../env/gym/spaces/dict.js';
import { openNamedTask } from '../../../experiments/tasks/open.js';
import { taskHeads } from '../../../experiments/train/stage.js';
import { readModelFile, writeModelFile } from '../../../predictors/model-file.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const TINY =
  '--task Serve-v0 --setting heavy-tail --base srpt --requests 30 --budget 70 --batch 2 --population 4 --sigma 0.5 --train-seeds 6 --validation-seeds 4 --validate-every 2 --workers 0'.split(
    ' ',
  );
const FILES = ['policy.json', 'log.jsonl', 'log.csv', 'episodes.jsonl', 'evaluation.jsonl', 'config.yaml'];

const train = async (name: string, ...more: string[]) => {
  const at = join(folder, name);
  const said = await servegym(['train', ...TINY, '--out', at, ...more]);
  return { ...said, at, file: (own: string) => readFileSync(join(at, own), 'utf8') };
};
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('train', () => {
  it.each(['cma-es', 'es', 'random'])('%s keeps to its budget and says what came of it', async (agent) => {
    const { code, err, out, file } = await train(agent, '--agent', agent);
    expect(code).toBe(0);
    expect(err).toContain('on top of srpt');
    expect(out).toMatch(/Better than srpt|Not shown to be better than srpt/);
    for (const name of ['policy', 'srpt', 'fcfs', 'laps-sd']) expect(out).toMatch(new RegExp(`^${name} `, 'm'));
    const log = lines(file('log.jsonl'));
    expect(log.at(-1)?.episodes).toBeLessThanOrEqual(70);
    expect(lines(file('episodes.jsonl'))).toHaveLength(Number(log.at(-1)?.episodes));
    expect(file('log.csv').split('\n')[0]).toBe('iteration,episodes,mean,least,validation');
  });

  it('chooses the best it saw on validation, the base if nothing was better', async () => {
    const { file } = await train('chosen', '--agent', 'random', '--seed', '2');
    const values = lines(file('log.jsonl')).flatMap(({ validation }) =>
      validation === null ? [] : [Number(validation)],
    );
    expect(values.length).toBeGreaterThan(1);
    const { weights } = readPolicyFile(join(folder, 'chosen', 'policy.json'));
    const learned = weights.tensors['requests/layer0.kernel'].values.some((value) => value !== 0);
    expect(learned).toBe(Math.min(...values) < 0);
  });

  it('gives the same bytes again, also after an interruption', async () => {
    const partial = join(folder, 'cut', 'episodes.partial.jsonl');
    const controller = new AbortController();
    const cut = await servegym(['train', ...TINY, '--out', join(folder, 'cut')], {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 20) controller.abort();
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.err).toMatch(/\d+ episodes are kept in .*the same command goes on/);
    const resumed = await train('cut');
    expect(resumed.err).toMatch(/\d+ episodes of an interrupted run are kept/);
    for (const file of FILES) expect(resumed.file(file)).toBe(readFileSync(join(folder, 'cma-es', file), 'utf8'));
  });

  it.each([
    [['--heads', 'rank,hold'], /Serve-v0 has no head "hold"/],
    [['--agent', 'cma'], /--agent is "cma"/],
    [['--budget', '10'], /budget is 10 episodes, expected at least 18: a generation of 4 points/],
    [['--base', 'srtp'], /unknown scheduler "srtp": did you mean "srpt"/],
  ])('refuses %j in one line, and writes nothing', async (flags, message) => {
    const { code, err, at } = await train('wrong', ...flags);
    expect(code).toBe(2);
    expect(err.trim().split('\n').at(-1)).toMatch(message);
    expect(existsSync(at)).toBe(false);
  });
});

describe('the folder of a training', () => {
  it('is not given to another training, unless that is said', async () => {
    const again = await train('random', '--agent', 'random', '--sigma', '0.4');
    expect([again.code, again.err.trim()]).toEqual([
      2,
      expect.stringContaining('has a training with other settings; name another folder with --out, or overwrite it'),
    ]);
    cpSync(join(folder, 'random'), join(folder, 'other'), { recursive: true });
    expect((await train('other', '--agent', 'random', '--sigma', '0.4', '--no-resume')).code).toBe(0);
    expect((await train('other', '--agent', 'random', '--sigma', '0.4', '--resume')).code).toBe(0);
  });

  it('is there before anything is trained', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const command of [
      ['train', ...TINY],
      ['dataset', 'Pick-v0', '--set', 'requests=5'],
      ['voi', '--place', 'batch-1', '--seeds', '2', '--requests', '12'],
      ['predictor', 'train', '--most', '20'],
    ])
      for (const out of [file, join(file, 'x')]) {
        const { code, err } = await servegym([...command, '--out', out, '--quiet']);
        expect([code, err.trim()]).toEqual([
          2,
          `error: ${out}: no folder for results can be made there (a file is in the way)`,
        ]);
      }
  });

  it('keeps the training when the last comparison is interrupted', async () => {
    const controller = new AbortController();
    const at = join(folder, 'late');
    const late = await servegym(['train', ...TINY, '--out', at], {
      signal: controller.signal,
      interactive: true,
      onErr: () => existsSync(join(at, 'log.csv')) && controller.abort(),
    });
    expect(late.code).toBe(130);
    expect(late.err).toContain(`all that was trained is kept in ${at}; the same command goes on to compare it`);
    expect((await train('late')).file('policy.json')).toBe(readFileSync(join(folder, 'cma-es', 'policy.json'), 'utf8'));
  });

  it('says at the beginning where the others stand', async () => {
    const { err, code } = await train('beside', '--agent', 'random');
    expect(code).toBe(0);
    expect(err).toMatch(/^validation to srpt: (tuned:\S+ [+−][\d.]+ %, )?fcfs [+−][\d.]+ %, laps-sd [+−][\d.]+ %$/m);
  });
});

describe('a trained policy', () => {
  /** What random search has left, in a folder of another name. */
  const copied = (name: string): string => {
    const at = join(folder, name);
    cpSync(join(folder, 'random'), at, { recursive: true });
    return at;
  };
  const compare = (...schedulers: string[]) =>
    servegym([
      ...'compare --setting heavy-tail --requests 40 --seeds 2 --no-pictures --no-bound --workers 0 --quiet'.split(' '),
      ...['--beliefs', 'noisy+posterior', '--out', join(folder, 'compared'), '--schedulers', schedulers.join(',')],
    ]);

  it('is compared like any scheduler, under the name of its folder', async () => {
    const { code, out } = await compare('srpt', 'laps-sd', `policy:${copied('mine')}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^policy:mine +noisy\+posterior/m);
    expect(out).toMatch(/policy:mine: random on Serve-v0, added to srpt \(rank\)/);
  });

  it('with weights of 0 is its base in every figure', async () => {
    const at = copied('zero');
    const file = join(at, 'policy.json');
    const model = readModelFile(file);
    const tensors = Object.fromEntries(
      Object.entries(model.weights.tensors).map(([name, { shape, values }]) => [
        name,
        { shape, values: values.slice().fill(0) },
      ]),
    );
    writeModelFile(file, { ...model, weights: { ...model.weights, tensors } });
    const { out } = await compare('srpt', `policy:${at}`);
    const figures = (name: string) =>
      new RegExp(`^${name} +noisy\\+posterior +(.*)$`, 'm').exec(out)?.[1].split(/ +/).slice(0, -1);
    expect(figures('policy:zero')).toEqual(figures('srpt'));
    expect(figures('srpt')?.length).toBeGreaterThan(10);
  });

  it('is refused in one sentence that names the file', async () => {
    const at = copied('broken');
    const file = join(at, 'policy.json');
    const model = readModelFile(file);
    const refusal = async (change: Partial<typeof model>): Promise<string> => {
      writeModelFile(file, { ...model, ...change });
      const { code, err } = await compare('srpt', `policy:${at}`);
      expect(code).toBe(2);
      return err.trim();
    };
    expect(await refusal({ features: 9 })).toMatch(
      /policy\.json: this policy was trained on version 9 of the observed features, this program shows version 1/,
    );
    expect(await refusal({ kind: 'trees' })).toMatch(
      /policy\.json: holds a model of kind "trees", expected "index-policy" or "task-policy"/,
    );
    const settings = { ...model.weights.settings, about: '{"task":"Serve-v0"}' };
    expect(await refusal({ weights: { ...model.weights, settings } })).toMatch(
      /policy\.json: about its policy, parameters: /,
    );
    writeFileSync(file, readFileSync(file, 'utf8').replace('about its', 'about his'));
    expect((await compare('srpt', `policy:${join(folder, 'nowhere')}`)).err).toMatch(
      /nowhere\/policy\.json: no such model file/,
    );
    expect(
      (await compare(`policy:${join(folder, 'mine')}`, `policy:${join(folder, 'mine', 'policy.json')}`)).err,
    ).toMatch(/two policies are policy:mine/);
  });
});

it.each(Object.entries(taskHeads))('the heads of %s are those of its action space', (id, { perRequest, forAll }) => {
  const env = openNamedTask(id, { requests: 5 });
  const { spaces } = env.actionSpace as unknown as DictSpace;
  expect(spaces.engine.shape).toEqual([forAll.length]);
  expect((spaces.requests as unknown as { space: { shape: number[] } }).space.shape).toEqual([perRequest.length]);
  env.close();
});
