/** Logs of iterations as files: columns, formulas, phases, and what is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type LogOptions, readLog } from '../../../experiments/calibrate/log.js';
import { temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
let files = 0;
const write = (text: string): string => {
  const file = join(folder, `log${files++}.csv`);
  writeFileSync(file, text);
  return file;
};
const read = (text: string, options?: LogOptions) => readLog(write(text), options);

describe('a log of iterations', () => {
  it('derives phases from tokens, or from decodes', async () => {
    const log = await read('seqs,tokens,context,seconds\n4,4,100,.01\n1,300,0,.02\n');
    expect(log.phase).toEqual(['decode', 'prefill']);
    expect([...log.micros]).toEqual([10_000, 20_000]);
    expect([...log.line]).toEqual([2, 3]);
    expect(log.longest).toBeUndefined();
    const mixed = await read('seqs,tokens,context,seconds,decodes\n4,4,100,.01,4\n3,300,50,.02,2\n3,30,0,.02,0\n');
    expect(mixed.phase).toEqual(['decode', 'mixed', 'prefill']);
    expect(await read('seqs,tokens,context,seconds\n0,0,0,.01\n1,1,5,.01\n')).toMatchObject({ count: 1, others: 1 });
  });

  it('takes columns by other names, in other units, and as sums', async () => {
    const log = await read('n,new,kv cache,run_ms,prep_ms\n2,2,77,10,.5\n', {
      columns: { seqs: 'n', tokens: 'new', context: 'kv cache', seconds: '(run_ms + prep_ms) / 1000' },
    });
    expect(log.micros[0]).toBeCloseTo(10_500, 6);
    expect([log.seqs[0], log.tokens[0], log.context[0]]).toEqual([2, 2, 77]);
  });

  it('reads one column of tokens by phase, and keeps the rows asked for; gzip too', async () => {
    const text =
      'model,tp,phase,seqs,max_seqlen,tot_tokens,iter_s\na,1,decoding,3,40,90,.01\nb,2,prefilling,2,50,60,.02\nb,1,decoding,1,9,9,.03\n';
    const file = write('');
    writeFileSync(file, gzipSync(text));
    const log = await readLog(file, { where: { model: 'b', tp: 2 } });
    expect([log.count, log.others]).toEqual([1, 2]);
    expect([log.phase[0], log.tokens[0], log.context[0], log.longest?.[0]]).toEqual(['prefill', 60, 0, 50]);
    const decode = await readLog(file, { where: { model: 'a' } });
    expect([decode.tokens[0], decode.context[0]]).toEqual([3, 90]);
    await expect(readLog(file, { where: { model: 'c' } })).rejects.toThrow(
      /none of its 3 rows has sequences and what --where asks for/,
    );
  });

  const HEAD = 'seqs,tokens,context,seconds,phase\n';
  it.each([
    ['no row', HEAD, /has no rows/],
    ['nothing', '', /is empty, expected a header/],
    [
      'no column for a field',
      'tokens,context,seconds\n',
      /line 1: expected a column for seqs \(sequences in the batch\): seqs, .*--columns seqs=…/,
    ],
    ['no context', 'seqs,tokens,seconds\n', /line 1: expected a column for context/],
    ['tot_tokens without phase', 'seqs,tot_tokens,seconds\n', /line 1: expected a column for phase/],
    ['too few cells', `${HEAD}1,1,1,.1\n`, /line 2: expected 5 cells, found 4/],
    [
      'a word for a number',
      `${HEAD}1,1,1,.1,decode\n1,1,x,.1,decode\n`,
      /line 3, column context: expected a number, found "x"/,
    ],
    ['a time that is not positive', `${HEAD}1,1,1,0,decode\n`, /line 2, column seconds: expected seconds > 0, found 0/],
    [
      'an empty cell',
      `${HEAD}1,1,,.1,decode\n`,
      /line 2, column context: expected context, a whole number from 0, found nothing/,
    ],
    [
      'fewer tokens than sequences',
      `${HEAD}4,3,0,.1,prefill\n`,
      /line 2, column tokens: expected tokens, a whole number from 4, found 3/,
    ],
    [
      'half a sequence',
      `${HEAD}1.5,3,0,.1,prefill\n`,
      /line 2, column seqs: expected seqs, a whole number from 0, found 1.5/,
    ],
    [
      'an unknown phase',
      `${HEAD}1,3,0,.1,warm\n`,
      /line 2, column phase: expected decode, prefill, mixed, found "warm"/,
    ],
    [
      'mixed without decodes',
      `${HEAD}2,3,0,.1,mixed\n`,
      /line 2, column phase: expected decode or prefill, as there is no column for decodes/,
    ],
    [
      'a phase that decodes contradict',
      'seqs,tokens,context,seconds,phase,decodes\n4,9,0,.1,prefill,2\n',
      /line 2, column phase: expected mixed, as 2 of 4 sequences decode, found "prefill"/,
    ],
  ])('refuses %s', async (_what, text, expected) => {
    await expect(read(text)).rejects.toThrow(expected);
  });

  it('names unknown columns and fields', async () => {
    const text = `${HEAD}1,1,1,.1,decode\n`;
    await expect(read(text, { columns: { sequences: 'seqs' } })).rejects.toThrow(
      /--columns: unknown field "sequences"/,
    );
    await expect(read(text, { columns: { seconds: 'secs / 2' } })).rejects.toThrow(
      /unknown name "secs": did you mean "seqs"/,
    );
    await expect(read(text, { where: { model: 1 } })).rejects.toThrow(/--where: unknown column "model"/);
  });
});
