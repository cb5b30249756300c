/** Learning curves come from the logs of trainings: looks at validation only, and nothing where there is no log. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PolicyFile } from '../../../agents/policy-file.js';
import { readCurves } from '../../../experiments/learning/curves.js';
import { curvesPicture } from '../../../experiments/learning/curves-picture.js';
import type { Group } from '../../../experiments/learning/players.js';
import { renderSvg } from '../../../experiments/report/render.js';
import { writeLog } from '../../../experiments/train/log.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();

function group(name: string, ...seeds: string[]): Group {
  const policies = seeds.map((seed) => {
    mkdirSync(join(folder, name, seed), { recursive: true });
    return {
      label: `${name}/${seed}`,
      folder: join(folder, name, seed),
      scheduler: '',
      file: { about: { task: 'Serve-v0' } } as PolicyFile,
    };
  });
  return { name, policies };
}

it('holds what validation said, by what was spent until then', async () => {
  const groups = [group('ppo', 'seed-1', 'seed-2'), group('cma-es', 'seed-1'), group('copied', 'seed-1')];
  const ppo = (last: number) => [
    { iteration: 0, steps: 2048, episodes: 3, validation: null },
    { iteration: 1, steps: 4096, episodes: 9, validation: 0.4 },
    { iteration: 2, steps: 6144, episodes: 15, validation: last },
  ];
  writeLog(join(folder, 'ppo/seed-1'), ppo(-0.1));
  writeLog(join(folder, 'ppo/seed-2'), ppo(-0.2));
  writeLog(join(folder, 'cma-es/seed-1'), [{ iteration: 0, episodes: 60, mean: 0.1, validation: -0.02 }]);
  const curves = readCurves(groups);
  expect(curves.map(({ label, unit }) => [label, unit])).toEqual([
    ['ppo/seed-1', 'steps'],
    ['ppo/seed-2', 'steps'],
    ['cma-es/seed-1', 'episodes'],
  ]);
  expect(curves[1].points).toEqual([
    { at: 4096, validation: 0.4 },
    { at: 6144, validation: -0.2 },
  ]);
  expect(curves[2].points).toEqual([{ at: 60, validation: -0.02 }]);
  const svg = await renderSvg(curvesPicture(curves, 'Training', 'group'));
  for (const text of ['ppo', 'cma-es', 'steps of environments', 'simulated episodes'])
    expect(svg).toContain(`>${text}<`);
});

describe('policy curves', () => {
  const train = (task: string, name: string, ...more: string[]) =>
    servegym([
      'train',
      task,
      ...['--budget', '40', '--requests', '20', '--batch', '2', '--validation-seeds', '2', '--validate-every', '1'],
      ...['--workers', '0', '--out', join(folder, name), ...more],
    ]);
  const curves = (...policies: string[]) =>
    servegym(['policy', 'curves', '--out', join(folder, 'page'), '--policies', policies.join()]);

  it('has a row and a line for every training, of any task, and says what makes them again', async () => {
    await train('Serve-v0', 'short/serve');
    await train('Queue-v0', 'short/queue');
    await train('Serve-v0', 'long', '--budget', '80', '--seeds', '2');
    const { code, out, err } = await curves(`short=${join(folder, 'short')}`, `long=${join(folder, 'long')}`);
    expect(code, err).toBe(0);
    const { trainings } = JSON.parse(readFileSync(join(folder, 'page', 'results.json'), 'utf8'));
    expect(trainings.map(({ task, label }: Record<string, string>) => `${task} ${label}`)).toEqual([
      'Queue-v0 short/queue',
      'Serve-v0 short/serve',
      'Serve-v0 long/seed-0',
      'Serve-v0 long/seed-1',
    ]);
    for (const { label, validation, bestAt, spent, fresh, freshSeeds } of trainings) {
      expect(out).toContain(label);
      expect(bestAt).toBeLessThanOrEqual(spent);
      expect(validation).toBeLessThanOrEqual(0.5);
      expect(freshSeeds).toBe(2);
      expect(fresh.low <= fresh.value && fresh.value <= fresh.high).toBe(true);
    }
    const page = readFileSync(join(folder, 'page', 'page.md'), 'utf8');
    expect(page).toContain('servegym train Queue-v0');
    expect(page).toContain('servegym policy curves --policies');
    const svg = readFileSync(join(folder, 'page', 'curves.svg'), 'utf8');
    for (const text of ['Serve-v0', 'Queue-v0', 'short', 'long']) expect(svg).toContain(`>${text}<`);
  });

  it('says what is missing', async () => {
    const none = await servegym(['policy', 'curves']);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('--policies is empty, expected name=folder')]);
    const empty = await curves('x=');
    expect([empty.code, empty.err]).toEqual([2, expect.stringContaining('--policies x: expected the folder')]);
    const nowhere = await curves(`x=${join(folder, 'nowhere')}`);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('holds no policy.json')]);
    writeFileSync(join(folder, 'short', 'serve', 'log.jsonl'), '{"iteration":0,\n');
    const broken = await curves(`short=${join(folder, 'short')}`);
    expect([broken.code, broken.err]).toEqual([
      2,
      expect.stringMatching(/serve\/log\.jsonl:1: expected a row of a training's log, found \{"iteration":0,/),
    ]);
    rmSync(join(folder, 'short', 'serve', 'log.jsonl'));
    const copied = await curves(`short=${join(folder, 'short')}`);
    expect([copied.code, copied.err]).toEqual([2, expect.stringMatching(/serve: no log with looks at validation/)]);
  });
});
