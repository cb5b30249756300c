/** `servegym validate golden` on recordings of our own making: what passes, what fails, what is skipped. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseScenario, replay } from '../../experiments/golden/vllm-v1.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();

/** A recording in the format of the golden folder whose steps are what our engine does. */
function recording(name: string): { steps: Record<string, unknown>[] } & Record<string, unknown> {
  const given = {
    name,
    engine: { num_blocks: 20, max_num_seqs: 2 },
    requests: ['a', 'b', 'c'].map((id, k) => ({
      id,
      arrival_step: 1 + k,
      max_tokens: 3,
      prompt: { segments: [[`s${k}`, 20]] },
    })),
    vllm_version: '0.33.0',
    outcome: 'finished',
    steps: [],
  };
  const { steps, outcome } = replay(parseScenario(given, name));
  return { ...given, outcome, steps: JSON.parse(JSON.stringify(steps)) };
}

const root = join(folder, 'golden');
const kind = join(root, 'vllm-v1');
mkdirSync(kind, { recursive: true });
writeFileSync(join(kind, 'one.json'), JSON.stringify(recording('one')));
writeFileSync(join(kind, 'two.json.gz'), gzipSync(JSON.stringify(recording('two'))));
mkdirSync(join(root, 'something-else'));
writeFileSync(join(root, 'something-else', 'numbers.json'), '{}');
mkdirSync(join(root, 'rl-math'));
writeFileSync(join(root, 'rl-math', 'adam.json'), '{}');
mkdirSync(join(root, 'gymnasium'));
writeFileSync(join(root, 'gymnasium', 'scripts.json'), '{}');
const ids = [
  { id: 'ns/A-v1', namespace: 'ns', name: 'A', version: 1 },
  { id: 'A v1', error: { type: 'Error', message: 'Malformed' } },
];
const registry = { ids, scenes: [], specs: [] };
writeFileSync(join(root, 'gymnasium', 'registry.json'), JSON.stringify(registry));

describe('validate golden', () => {
  it('checks every kind below a root, and says why others are left out', async () => {
    const { code, out } = await servegym(['validate', 'golden', root]);
    expect(code).toBe(0);
    expect(out).toMatch(/^vllm-v1: 2\/2 recordings matched \((\d+) of \1 steps\)$/m);
    expect(out).toContain('gymnasium: 2/2 cases matched (2 of 2 calls and values)');
    expect(out).toContain('something-else: no recordings of a kind known here\n');
    expect(out).toContain('rl-math: held by npm test (');
  });

  it.each([
    [
      'folders of no known kind',
      () => join(folder, 'mistyped'),
      /mistyped: nothing to replay: its folders are golden1, golden2, expected vllm-v1, gymnasium$/,
    ],
    ['a kind that tests hold', () => join(root, 'rl-math'), /rl-math: held by npm test \(.*\), not replayed here$/],
    [
      'a folder of a kind without its recordings',
      () => join(folder, 'empty', 'gymnasium'),
      /no recordings of gymnasium here$/,
    ],
  ])('refuses %s: nothing would be validated', async (_what, dir, message) => {
    for (const name of ['mistyped/golden1', 'mistyped/golden2', 'empty/gymnasium']) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'scripts.json'), '{}');
    }
    const { code, out, err } = await servegym(['validate', 'golden', dir()]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd()).toMatch(message);
  });

  it('checks a folder of one kind', async () => {
    const { code, out } = await servegym(['validate', 'golden', kind, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ matched: 2, total: 2, failed: [], skipped: [] });
  });

  it('names the case of a file of many that differs, and the file that it cannot read', async () => {
    const gymnasium = join(folder, 'other', 'gymnasium');
    mkdirSync(gymnasium, { recursive: true });
    const wrong = { ...registry, ids: [...ids, { id: 'B-v2', namespace: null, name: 'B', version: 3 }] };
    writeFileSync(join(gymnasium, 'registry.json'), JSON.stringify(wrong));
    writeFileSync(join(gymnasium, 'contains.json'), '{}');
    const { code, out } = await servegym(['validate', 'golden', gymnasium]);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL gymnasium id B-v2: ours is .*"version":2/m);
    expect(out).toMatch(/^FAIL gymnasium contains\.json: /m);
    expect(out).toContain('gymnasium: 2/4 cases matched');
  });

  it('fails with the first difference of each recording that differs', async () => {
    const corrupted = join(folder, 'corrupted');
    mkdirSync(corrupted);
    writeFileSync(join(corrupted, 'good.json'), JSON.stringify(recording('good')));
    const bad = recording('bad');
    bad.steps[1].free_after_schedule = 99;
    bad.steps[2].free_after_schedule = 98;
    writeFileSync(join(corrupted, 'bad.json'), JSON.stringify(bad));
    writeFileSync(join(corrupted, 'half.json'), '{"name": ');
    const { code, out } = await servegym(['validate', 'golden', corrupted]);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL vllm-v1 bad: step 2: free_after_schedule is \d+, recorded 99$/m);
    expect(out).toMatch(/^FAIL vllm-v1 half\.json: .*half\.json: not a readable recording/m);
    expect(out).toContain('1/3 recordings matched');
    const { out: json } = await servegym(['validate', 'golden', corrupted, '--json']);
    expect(JSON.parse(json).failed.map(({ name }: { name: string }) => name)).toEqual(['bad', 'half.json']);
  });
});
