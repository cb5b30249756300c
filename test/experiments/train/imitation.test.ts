/** `servegym train --agent clone` end to end on tiny episodes: an order out of nothing, as a policy like any other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine, run } from '../../../env/serving/engine.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const WORLD = { setting: 'heavy-tail', requests: 60, load: 1.3 } as const;
const TINY = [
  'train --task Serve-v0 --heads rank --validation-seeds 2 --workers 0 --hidden 16',
  ...Object.entries(WORLD).map(([name, value]) => `--${name} ${value}`),
]
  .join(' ')
  .split(' ');

const imitate = (name: string, agent: string, hyper: string, base = 'expr: 1') =>
  servegym([...TINY, '--agent', agent, '--base', base, '--hyper', hyper, '--out', join(folder, name)]);

const logOf = (name: string): Record<string, number>[] =>
  readFileSync(join(folder, name, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** ∫N dt in episodes that nobody has learned from. */
function areaOf(spec: string): number {
  const { world } = resolveTask('Serve-v0', { ...WORLD, base: 'srpt' });
  const { make } = resolveScheduler(spec);
  return [1, 2].reduce((sum, seed) => {
    const { source, rules, cost, predictor } = world;
    const engine = createEngine({
      ...{ workload: source.sample(seed), rules, cost, seed, scheduler: make },
      ...(predictor && { predictor }),
    });
    run(engine);
    return sum + engine.replica.totals.areaInSystem;
  }, 0);
}

describe('imitation', () => {
  it('leaves a policy that serves nearly as its expert does', async () => {
    const { code, out } = await imitate('clone', 'clone', 'expert=srpt,episodes=3,thin=1,updates=500,layers=1');
    expect(code).toBe(0);
    expect(out).toMatch(/^policy /m);
    expect(logOf('clone')).toMatchObject([{ iteration: 0, episodes: 7 }]);
    const [clone, srpt, opposite] = [`policy:${join(folder, 'clone')}`, 'srpt', 'expr: -remaining'].map(areaOf);
    expect(srpt).toBeLessThan(0.9 * opposite);
    expect(Math.abs(clone - srpt)).toBeLessThan(0.1 * (opposite - srpt));
  });

  it('by DAgger has a line for each round', async () => {
    const { code } = await imitate(
      'dagger',
      'dagger',
      'expert=volume,clairvoyant=true,rounds=2,episodes=1,updates=100',
    );
    expect(code).toBe(0);
    expect(logOf('dagger').map(({ iteration, episodes }) => [iteration, episodes])).toEqual([
      [0, 5],
      [1, 8],
    ]);
  });

  it.each([
    ['expert=srpt', 'srpt', "expected --base 'expr: 1'"],
    ['expert=sprt', 'expr: 1', 'unknown scheduler "sprt": did you mean "srpt"?'],
    ['exprt=srpt', 'expr: 1', 'has no "exprt"'],
  ])('says what is wrong with --hyper %s on %s', async (hyper, base, told) => {
    const { code, err } = await imitate('wrong', 'clone', hyper, base);
    expect(code).not.toBe(0);
    expect(err).toContain(told);
  });
});
