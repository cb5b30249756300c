/** Trained policies in a task: each plays with the engine knobs that it was trained with. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePolicyFile } from '../../agents/policy-file.js';
import { openPlay } from '../../experiments/play/open.js';
import { shippedPolicies } from '../../experiments/policies.js';
import { heuristicReturn } from '../../experiments/tasks/heuristic-return.js';
import { resolveTask } from '../../experiments/tasks/open.js';
import { firstWeights } from '../../experiments/train/first.js';
import { stageOf } from '../../experiments/train/stage.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const card = { name: 'x', summary: '', data: [], command: '', seed: 0, backend: '', measured: {}, limits: [] };

/** A policy that adds nothing to the base of its task yet. */
function untrained(task: string): string {
  const stage = stageOf({ task, parameters: {} });
  const path = join(folder, `${task}.json`);
  writePolicyFile(path, {
    kind: stage.kind,
    about: stage.facts,
    card,
    weights: firstWeights(stage, { hidden: [] }, 1),
  });
  return `policy:${path}`;
}

it.each(['Serve-v0', 'Speculate-v0', 'Memory-v0', 'Admit-v0'])('an untrained one in %s is its base', async (task) => {
  const watch = async (policy: string) => {
    const args = ['watch', task, '--policy', policy, '--set', 'requests=80', '--seed', '3', '--json'];
    const { code, out, err } = await servegym(args);
    expect(code, err).toBe(0);
    const { return: total, summary, steps } = JSON.parse(out);
    return { total, summary, steps };
  };
  expect(await watch(untrained(task))).toEqual(await watch('zero'));
});

it.each(shippedPolicies())('%s earns by the actions of its task what it earns as a scheduler', (name) => {
  const id = name.replace(/^./, (first) => first.toUpperCase());
  const play = openPlay(id, `policy:${name}`, { requests: 60 });
  play.begin('1');
  let total = 0;
  for (let over = false; !over; ) {
    const { reward, terminated } = play.step();
    total += reward;
    over = terminated;
  }
  const { world, open } = resolveTask(id, { requests: 60, base: `policy:${name}` });
  expect(total).toBeCloseTo(heuristicReturn(world, open.base, open, '1'), 6);
});

it('says where the engine is another one', () => {
  const says = (names: object): string => openPlay('Serve-v0', 'policy:serve-v0', { requests: 5, ...names }).says;
  expect(says({})).toBe('policy:serve-v0 decides, nothing is added');
  expect(says({ engine: 'sglang' })).toContain('its engine knobs are for vllm-v1, this is sglang');
  expect(openPlay('Pick-v0', 'tuned:volume', { engine: 'sglang', requests: 5 }).says).toContain('this is sglang');
});
