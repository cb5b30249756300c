/** Learning curves come from the logs of trainings: looks at validation only, and nothing where there is no log. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PolicyFile } from '../../../agents/policy-file.js';
import { readCurves } from '../../../experiments/learning/curves.js';
import { curvesPicture } from '../../../experiments/learning/curves-picture.js';
import type { Group } from '../../../experiments/learning/players.js';
import { renderSvg } from '../../../experiments/report/render.js';
import { writeLog } from '../../../experiments/train/log.js';
import { temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();

function group(name: string, ...seeds: string[]): Group {
  const policies = seeds.map((seed) => {
    mkdirSync(join(folder, name, seed), { recursive: true });
    return { label: `${name}/${seed}`, folder: join(folder, name, seed), scheduler: '', file: {} as PolicyFile };
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
  const svg = await renderSvg(curvesPicture(curves, 'Training'));
  for (const text of ['ppo', 'cma-es', 'steps of environments', 'simulated episodes'])
    expect(svg).toContain(`>${text}<`);
});
