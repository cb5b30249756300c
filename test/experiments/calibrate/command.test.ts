/** `servegym calibrate`, end to end. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCost } from '../../../experiments/cost-file.js';
import { servegym, temporaryFolder } from '../terminal.js';
import { asCsv, madeUp } from './made-up.js';

const folder = temporaryFolder();
const log = join(folder, 'log.csv');
writeFileSync(log, asCsv(madeUp({ noise: 0.04, warmup: 2 })));

describe('calibrate', () => {
  it('writes a card that simulate and compare load, and a picture', async () => {
    const card = join(folder, 'card.yaml');
    const { code, out } = await servegym(['calibrate', log, '--out', card, '--quiet']);
    expect(code).toBe(0);
    expect(out).toMatch(/^1200 iterations of log\.csv: seqs, seconds, tokens, context, longest, decodes, phase\n/);
    expect(out).toMatch(/warm-up rows left out: 2 decode, 2 prefill/);
    expect(out).toMatch(/^decode +all +\d+ +[12]\.\d %/m);
    expect(out).toMatch(/^prefill +1–8 +\d+ +[12]\.\d %/m);
    expect(out).toContain(`npx servegym simulate --cost ${card}`);
    for (const end of ['svg', 'png']) expect(existsSync(join(folder, `card.${end}`))).toBe(true);
    expect(readFileSync(join(folder, 'card.svg'), 'utf8')).not.toContain('NaN');

    expect(readCost(card).cost.name).toBe('log.csv');
    const requests = join(folder, 'requests.jsonl');
    writeFileSync(requests, '{"arrival": 0, "prompt_tokens": 300, "output_tokens": 1}\n');
    const times = join(folder, 'times.jsonl');
    expect((await servegym(['simulate', '--requests', requests, '--cost', card, '--out', times])).code).toBe(0);
    const { jct_us } = JSON.parse(readFileSync(times, 'utf8'));
    expect(jct_us / (9000 + 40 * 300 + 8 + (4e-4 * 300 ** 2) / 2)).toBeCloseTo(1, 1.3);

    const small = [
      '--requests',
      '20',
      '--seeds',
      '1',
      '--load',
      '0.8',
      '--schedulers',
      'sjf',
      '--beliefs',
      'oracle',
      '--no-pictures',
    ];
    const compared = await servegym(['compare', ...small, '--cost', card, '--out', join(folder, 'compared'), '--json']);
    expect(compared.code).toBe(0);
    expect(JSON.parse(compared.out).settings).toMatchObject({ cost: card, draft: 'none' });
  });

  it('gives the same card for the same seed', async () => {
    const [a, b] = ['a.yaml', 'b.yaml'].map((name) => join(folder, name));
    for (const card of [a, b])
      await servegym(['calibrate', log, '--out', card, '--no-pictures', '--seed', '7', '--quiet']);
    expect(readFileSync(b, 'utf8')).toBe(readFileSync(a, 'utf8'));
  });

  it('prints errors alone without --out, and all of it as JSON', async () => {
    const { out } = await servegym(['calibrate', log, '--json', '--holdout', '0.25']);
    const { errors, card, files, warmup } = JSON.parse(out);
    expect(files).toEqual([]);
    expect(warmup).toEqual({ decode: 2, prefill: 2, mixed: 0 });
    expect(errors[0]).toMatchObject({ phase: 'decode', rows: expect.any(Number) });
    expect(errors[0].mean).toBeLessThan(0.03);
    expect(card.decode.length).toBeGreaterThan(10);
    expect((await servegym(['calibrate', log, '--quiet'])).out).toContain('the same with --out card.yaml');
  });

  it.each([
    [[], /--log is required/],
    [[join(folder, 'nothing.csv')], /nothing\.csv: no such file/],
    [[log, '--where', 'phase=warm'], /none of its 1200 rows has sequences and what --where asks for/],
    [[log, '--where', 'phase=decode'], /log\.csv: 0 prefill rows/],
    [[log, '--columns', 'second=seconds'], /--columns: unknown field "second": did you mean "seconds"/],
  ])('refuses %j in one sentence', async (args, expected) => {
    const { code, out, err } = await servegym(['calibrate', ...args, '--quiet']);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(expected);
  });
});
