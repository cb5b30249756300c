/** The row of chance in reports: anything legal, on the base, in every task. */
import { describe, expect, it } from 'vitest';
import { namedSetting } from '../../../env/settings/catalogue.js';
import { tasks } from '../../../env/tasks/catalogue.js';
import { openField, type Result } from '../../../experiments/learning/meetings.js';
import { placesOf } from '../../../experiments/learning/places.js';
import { heuristicsOf } from '../../../experiments/learning/players.js';

describe.each(Object.values(tasks))('chance in $id', (task) => {
  it('serves everybody, the same on a seed, and is not the base', async () => {
    const { defaults } = task;
    const setting = namedSetting(defaults.setting);
    const load = defaults.load ?? setting.load;
    const [chance, ...others] = heuristicsOf(task, setting, setting.deployment.engine, defaults.base);
    expect([chance.rung, others.some(({ rung }) => rung === 'chance')]).toEqual(['chance', false]);
    const base = { label: 'base', rung: 'asked for', scheduler: defaults.base } as const;
    const field = { task: task.id, setting: setting.name, requests: 60, names: {}, places: placesOf(setting, load) };
    const work = await openField({ ...field, seed: 3 });
    const meet = (index: number) => [...(work({ place: 0, index, players: [chance, base] }) as Iterable<Result>)];
    const [drawn, plain] = meet(0);
    expect(drawn.unserved).toBe(plain.unserved);
    expect(drawn).not.toMatchObject({ cost: plain.cost, jct: plain.jct, p99: plain.p99 });
    expect(meet(0)[0]).toEqual(drawn);
    expect(meet(1)[0].jct).not.toBe(drawn.jct);
  });
});
