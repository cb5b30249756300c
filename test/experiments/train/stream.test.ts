import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, take, toArray } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { type TrainingOptions, type TrainingStep, training$ } from '../../../experiments/train/stream.js';

const folder = mkdtempSync(join(tmpdir(), 'servegym-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = {
  task: 'Queue-v0',
  agent: 'reinforce',
  requests: 20,
  steps: 600,
  hidden: [8],
  network: 'mlp',
  hyper: { groups: 1, rollouts: 2 },
  validationSeeds: 2,
  validateEvery: 2,
  seed: 3,
} satisfies TrainingOptions;

const whole = (name: string): Promise<TrainingStep[]> =>
  lastValueFrom(training$(options, join(folder, name)).pipe(toArray()));

describe('training$', () => {
  it('tells of each iteration what the log says, with the validation of others beside it, and ends with what was chosen', async () => {
    const steps = await whole('whole');
    const last = steps[steps.length - 1];
    expect(steps.slice(0, -1).every(({ trained }) => trained === null)).toBe(true);
    expect(steps.flatMap(({ row }) => row ?? []).filter((row, k, rows) => row !== rows[k - 1])).toEqual(
      last.trained?.log,
    );
    expect(last.best).toBe(last.trained?.chosenAt.value);
    expect(last.beside.map(({ name }) => name)).toContain('srpt');
    expect(last.beside.every(({ difference }) => Number.isFinite(difference))).toBe(true);
  });

  it('broken off, the next subscriber goes on to the same bytes', async () => {
    const path = join(folder, 'broken');
    const begun = await lastValueFrom(training$(options, path).pipe(take(3), toArray()));
    expect(begun.at(-1)?.trained).toBeNull();
    const [again, anew] = [(await whole('broken')).at(-1), (await whole('anew')).at(-1)];
    expect(again).toEqual(anew);
    expect((await whole('broken')).at(-1)).toEqual(anew); // it is kept
  });

  it('leaves the folder of another training alone', async () => {
    await whole('mine');
    const other = training$({ ...options, seed: 4 }, join(folder, 'mine'));
    await expect(lastValueFrom(other)).rejects.toThrow('mine: has a training with other settings');
  });

  it.each([
    [{ ...options, task: 'Quue-v0' }, /Quue-v0/],
    [{ ...options, agent: 'pppo' }, /agent/],
    [{ ...options, validationSeeds: 1 }, /validationSeeds/],
    [{ ...options, budget: 5 }, /reinforce has no budget/],
    [{ ...options, seeds: 3 }, /^training: Unrecognized key: "seeds"$/],
    [{ ...options, steps: Number.NaN }, /^training: steps: Invalid input: expected number, received NaN$/],
  ])('what is wrong with %j is an error in words', async (wrong, words) => {
    await expect(lastValueFrom(training$(wrong as TrainingOptions, join(folder, 'wrong')))).rejects.toThrow(words);
  });
});
