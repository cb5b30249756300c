/** The table of published schedulers: what it says is here is here, and nothing of the catalogue that has a source is left out. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../env/files.js';
import { presets } from '../env/index.js';
import { rulesSchema } from '../env/serving/rules.js';
import { combinators, predictors, resolvePredictor, resolveScheduler, schedulers } from '../experiments/catalogue.js';

const readme = readFileSync(join(packageFolder(), 'agents/README.md'), 'utf8');
const [, table] = /<!-- schedulers -->([\s\S]*)<!-- \/schedulers -->/.exec(readme) ?? [];
const rows = [...table.matchAll(/^\| (?!System)([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, system, here, missing]) => ({
    system,
    here,
    missing,
  }),
);
const names = rows.flatMap(({ here }) =>
  [...here.matchAll(/(belief )?`([^`]+)`/g)].map(([, belief, name]) => ({ name, belief: belief !== undefined })),
);

/** True if it is a scheduler (or a spec of one), a combinator, a preset, or an engine rule with a value that it may have. */
function isHere(name: string): boolean {
  const [, rule, value] = /^(\w+)=(\S+)$/.exec(name) ?? [];
  if (rule !== undefined) {
    const field = rulesSchema.shape[rule as keyof typeof rulesSchema.shape];
    return field.safeParse(value === 'true' ? true : value).success;
  }
  if (Object.hasOwn(combinators, name) || Object.hasOwn(presets, name)) return true;
  return resolveScheduler(name).make().name.length > 0;
}

/** True unless it is in a file of its own whose head names neither paper nor source: then it was never published. */
function isPublished(name: string): boolean {
  const files = ['schedulers', 'combine', 'drafting', 'planners'].map((folder) =>
    join(packageFolder(), 'agents', folder, `${name}.ts`),
  );
  const file = files.find(existsSync);
  if (file === undefined) return true;
  const [head] = readFileSync(file, 'utf8').split('*/');
  return /\bSource:|\b(19|20)\d\d\b|\barXiv\b/.test(head);
}

describe('the table of published schedulers', () => {
  it('has a row for each line', () => {
    expect(rows).toHaveLength(table.trim().split('\n').length - 2);
    expect(new Set(rows.map(({ system }) => system)).size).toBe(rows.length);
  });

  it.each(names.filter(({ belief }) => !belief))('$name is here', ({ name }) => {
    expect(isHere(name)).toBe(true);
  });

  it.each(names.filter(({ belief }) => belief))('belief $name is here', ({ name }) => {
    expect(Object.keys(predictors)).toContain(name);
    expect(resolvePredictor(name).name).toBe(name);
  });

  it.each([...Object.keys(schedulers), ...Object.keys(combinators)].filter(isPublished))('%s stands in it', (entry) => {
    expect(names.filter(({ belief }) => !belief).map(({ name }) => name)).toContain(entry);
  });

  it('says what is missing wherever nothing is here', () => {
    for (const { here, missing } of rows) if (here === '–') expect(missing).not.toBe('–');
  });
});
