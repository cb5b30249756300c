/** Policies that ship: found by name, played like any scheduler, made again by the command on their card. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../env/files.js';
import { findPolicy, shippedPolicies } from '../../experiments/policies.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();

describe.each(shippedPolicies())('policy:%s', (name) => {
  const spec = `policy:${name}`;
  const file = findPolicy(spec);
  const about = file?.about;

  it('was better than its base beyond what other seeds could turn round', () => {
    expect(file?.card.measured['at most']).toBeLessThan(0);
  });

  it('is in the list, and in a comparison beside its base', async () => {
    expect((await servegym(['list', 'policies'])).out).toContain(spec);
    const setting = about?.settings[0] as string;
    const args = ['--setting', setting, '--requests', '40', '--seeds', '2', '--engine', about?.engine as string];
    const { code, out, err } = await servegym([
      ...['compare', ...args, '--schedulers', `srpt,${spec}`, '--no-bound', '--no-pictures', '--workers', '0'],
      ...['--out', join(folder, name)],
    ]);
    expect(code, err).toBe(0);
    expect(out).toMatch(new RegExp(`^ *${spec} `, 'm'));
  });

  it.runIf(process.env.SERVEGYM_LONG)('is made again byte for byte', { timeout: 10_800_000 }, async () => {
    const out = join(folder, `${name}-again`);
    const [, ...command] = file?.card.command.split(' ') ?? [];
    const { code, err } = await servegym([...command, '--out', out, '--quiet']);
    expect(code, err).toBe(0);
    expect(readFileSync(join(out, 'policy.json'), 'utf8')).toBe(
      readFileSync(packageFile(`agents/policies/${name}.json`), 'utf8'),
    );
  });
});
