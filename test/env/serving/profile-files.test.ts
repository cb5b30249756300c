/** Operator profiles as files: both layouts give the same cost, and what is wrong is told with file, line and column. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../../env/files.js';
import { createShape } from '../../../env/serving/cost/cost.js';
import { profileCost } from '../../../env/serving/cost/profile.js';
import { readLayerProfile, readProfile } from '../../../env/serving/cost/profile-files.js';
import { readCost } from '../../../experiments/cost-file.js';
import { temporaryFolder } from '../../experiments/terminal.js';

const folder = temporaryFolder();

function fileWith(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const HEADER = 'operator,calls,tokens,sequences,prefill_tokens,prefill_context,decodes,decode_context,time_us';
const ROWS = [
  'qkv_proj,2,1,,,,,,30',
  'qkv_proj,2,2048,,,,,,300',
  'layernorm,4,1,,,,,,2.5',
  'embedding,1,1,,,,,,3',
  'lm_head,1,,1,,,,,700',
  'lm_head,1,,64,,,,,720',
  'attention,2,,,0,0,1,16,8',
  'attention,2,,,0,0,64,4096,1500',
  'attention,2,,,128,0,0,0,20',
  'attention,2,,,128,512,8,1024,60',
];
const own = (rows: readonly string[] = ROWS): string => `${[HEADER, ...rows].join('\n')}\n`;

const DENSE = 'layer,tokens,time_us\nqkv_proj,1,30\nqkv_proj,2048,300\nlayernorm,1,2.5\nembedding,1,3\n';
const SEQUENCES = 'layer,sequences,time_us\nlm_head,1,700\nlm_head,64,720\n';
const ATTENTION =
  'prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,16,8\n0,0,64,4096,1500\n128,0,0,0,20\n128,512,8,1024,60\n';

const layered = (changes: { attention?: string; calls?: Record<string, number> } = {}) =>
  readLayerProfile({
    name: 'layers',
    dense: fileWith('dense.csv.gz', gzipSync(DENSE)),
    perSequence: fileWith('per_sequence.csv', SEQUENCES),
    attention: fileWith('attention.csv', changes.attention ?? ATTENTION),
    layers: 2,
    ...(changes.calls && { calls: changes.calls }),
  });

const shapes = [
  { ...createShape(), sequences: 5, tokens: 5, decodeTokens: 5, decodes: 5, context: 5 * 300 },
  { ...createShape(), sequences: 1, tokens: 90, prefillTokens: 90, prefills: 1, prefillWork: 90 * 50 + 4050 },
];
const times = (profile: Parameters<typeof profileCost>[0]): number[] => {
  const cost = profileCost(profile);
  return shapes.map((shape) => cost.device(shape));
};

describe('the two layouts', () => {
  it('say the same: one file with calls, or three files of one layer with the number of layers', () => {
    const one = readProfile(fileWith('operators.csv', own()));
    expect(one.name).toBe('operators');
    const three = layered();
    expect({ ...three, name: '' }).toEqual({ ...one, name: '' });
    expect(times(three)).toEqual(times(one));
    expect(readProfile(fileWith('operators.csv.gz', gzipSync(own().replaceAll('\n', '\r\n'))))).toEqual(one);
  });

  it('newer attention tables have the context and half the chunk in one column', () => {
    const byKey = ATTENTION.replace('kv_prefill', 'prefill_key')
      .replace('128,0,', '128,64,')
      .replace('128,512,', '128,576,');
    expect(layered({ attention: byKey })).toEqual(layered());
  });

  it('calls can be told', () => {
    const counted = layered({ calls: { layernorm: 5, lm_head: 2 } });
    expect(counted.byTokens.map(({ calls }) => calls)).toEqual([2, 5, 1]);
    expect(counted.bySequences[0].calls).toBe(2);
  });
});

describe('what is wrong', () => {
  const changed = (row: number, text: string): string[] => ROWS.map((line, k) => (k === row ? text : line));
  it.each([
    [
      'no number',
      changed(1, 'qkv_proj,2,2048,,,,,,fast'),
      /bad\.csv, line 3, column time_us: expected a number from 0, found "fast"/,
    ],
    ['a negative time', changed(0, 'qkv_proj,2,1,,,,,,-3'), /line 2, column time_us: .* found "-3"/],
    ['no time', changed(0, 'qkv_proj,2,1,,,,,,'), /line 2, column time_us: .* found ""/],
    [
      'other calls',
      changed(1, 'qkv_proj,3,2048,,,,,,300'),
      /line 3, column calls: expected 2, as in the rows of qkv_proj before, found "3"/,
    ],
    [
      'two kinds in a row',
      changed(0, 'qkv_proj,2,1,1,,,,,3'),
      /line 2: expected one of tokens, sequences and prefill_tokens/,
    ],
    ['half an attention row', changed(6, 'attention,2,,,0,0,1,,8'), /line 8, column decode_context/],
    ['too few cells', changed(4, 'lm_head,1,1'), /line 6: expected 9 cells, found 3/],
    ['no name', changed(0, ',2,1,,,,,,3'), /line 2, column operator: expected a name, found ""/],
    ['no attention', ROWS.slice(0, 6), /no attention/],
    ['attention of two names', changed(9, 'mla,2,,,128,512,8,1024,60'), /attention of two names \(attention, mla\)/],
    ['no rows', [], /no rows below the header/],
  ])('%s', (_name, rows, told) => {
    expect(() => readProfile(fileWith('bad.csv', own(rows)))).toThrow(told);
  });

  it('files and columns that are not there', () => {
    expect(() => readProfile(join(folder, 'none.csv'))).toThrow(/none\.csv: no such file/);
    expect(() => readProfile(folder)).toThrow(/is a folder, expected a CSV file/);
    expect(() => readProfile(fileWith('cut.csv.gz', gzipSync(own()).subarray(0, 40)))).toThrow(
      /not a readable CSV file/,
    );
    expect(() => readProfile(fileWith('other.csv', 'a,b\n1,2\n'))).toThrow(
      /line 1: expected a column operator, found a, b/,
    );
    expect(() => layered({ attention: ATTENTION.replace('kv_prefill', 'kv') })).toThrow(/kv_prefill or prefill_key/);
    const long = ATTENTION.replace('time_us', 'time_us,decode_q_len').replaceAll(/(\d)\n/g, '$1,5\n');
    expect(() => layered({ attention: long })).toThrow(/line 2, column decode_q_len: expected 1 .* found "5"/);
  });
});

describe('as a cost file', () => {
  it('finds its tables beside it, and takes memory and limits from cards', () => {
    fileWith('operators.csv', own());
    const { cost, limits } = readCost(fileWith('cost.yaml', 'profile: operators.csv\nexposed: { a0: 100 }\n'));
    expect(shapes.map((shape) => cost.device(shape) - 100)).toEqual(times(readProfile(join(folder, 'operators.csv'))));
    expect(limits).toEqual({});
    layered();
    const three = '{ dense: dense.csv.gz, perSequence: per_sequence.csv, attention: attention.csv, layers: 2 }';
    const other = readCost(fileWith('three.yaml', `profile: ${three}\ngpu: rtx-pro-6000\nmodel: llama-3.1-8b\n`));
    expect(shapes.map((shape) => other.cost.device(shape))).toEqual(times(layered()));
    expect(other.limits).toMatchObject({ maxModelLen: 131072, blocks: expect.any(Number) });
  });

  it('the example is one', () => {
    const { cost, limits } = readCost(packageFile('experiments/examples/cost-profile.yaml'));
    expect(cost.device(shapes[0])).toBeGreaterThan(10_000);
    expect(limits.blocks).toBeGreaterThan(30_000);
  });

  it('refuses half of the cards, unknown keys, and tables that are not there', () => {
    const broken = (text: string) => () => readCost(fileWith('broken.yaml', text));
    expect(broken('profile: operators.csv\ngpu: a100\n')).toThrow(/broken\.yaml: gpu and model .* both or neither/);
    expect(broken('profile: operators.csv\nlayers: 3\n')).toThrow(/broken\.yaml: .*layers/);
    expect(broken('profile: nowhere.csv\n')).toThrow(/nowhere\.csv: no such file/);
    fileWith('twice.csv', own([...ROWS, 'qkv_proj,2,1,,,,,,31']));
    expect(broken('profile: twice.csv\n')).toThrow(/broken\.yaml: qkv_proj: two times for \(1\)/);
  });
});
