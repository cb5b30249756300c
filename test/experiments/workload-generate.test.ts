/** `servegym workload generate`: what is written is what was asked for, whole or not at all. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedSetting } from '../../env/settings/catalogue.js';
import { openSetting } from '../../env/settings/setting.js';
import { arrivalKinds } from '../../env/workloads/arrivals/kinds.js';
import { chatSource } from '../../env/workloads/chat.js';
import { families } from '../../env/workloads/families/catalogue.js';
import { familySource } from '../../env/workloads/families/family.js';
import { manyClientsSource } from '../../env/workloads/servegen/many-clients.js';
import { servegenSource } from '../../env/workloads/servegen/source.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { Workload } from '../../env/workloads/workload.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const trace = join(folder, 'trace.csv');
writeFileSync(
  trace,
  `arrival,prompt_tokens,output_tokens\n${Array.from({ length: 40 }, (_, k) => `${k * k},${100 + k},${1 + k}`).join('\n')}\n`,
);
const sessions = join(folder, 'sessions.jsonl');
writeFileSync(
  sessions,
  Array.from({ length: 12 }, (_, k) => ({
    ...(k % 3 === 0 ? { arrival: k } : { follows: k, think: 1 }),
    prompt_tokens: 10 + k,
    output_tokens: 5,
  }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join(''),
);

let files = 0;
const generate = (...args: string[]) => servegym(['workload', 'generate', ...args]);
async function generated(...args: string[]): Promise<Workload> {
  const file = join(folder, `list-${++files}.jsonl`);
  const { code, err } = await generate(...args, '--out', file, '--quiet');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return (await readTrace(file)).workload;
}

/** All but names and what cannot be compared; drafts are compared where they are accepted, words as they are read. */
function expectSame(found: Workload, expected: Workload): void {
  const { name, acceptance, ids, texts } = found;
  expect(found).toEqual({ ...expected, name, acceptance, ids, ...(texts && { texts }) });
  for (let row = 0; row < expected.count; row += 7) {
    const length = expected.outputTokens[row];
    const accepted = ({ acceptance }: Workload) =>
      Array.from({ length }, (_, position) => Math.min(length - position, acceptance.accepted(row, position, 0, 5)));
    expect(accepted(found)).toEqual(accepted(expected));
    expect(found.texts?.prompt(row)).toBe(expected.texts?.prompt(row));
  }
}

describe('a generated list is', () => {
  it('the embedded chat with its options', async () => {
    expectSame(await generated('--requests', '50'), chatSource({ requests: 50 }).sample(0));
    const arrivals = arrivalKinds.gamma.make(8, { cv: 2 });
    const options = { requests: 80, longShare: 0.5, lengths: 'sharegpt', maxTokens: [256, 512], arrivals } as const;
    const flags = ['--requests', '80', '--long-share', '0.5', '--lengths', 'sharegpt', '--max-tokens', '256,512'];
    const found = await generated(
      ...flags,
      '--rate',
      '8',
      '--arrivals',
      'gamma:cv=2',
      '--draft',
      'eagle',
      '--seed',
      '5',
    );
    expectSame(found, chatSource({ ...options, acceptance: true }).sample(5));
    expect(found.acceptance.never).toBeUndefined();
  });

  it('a named setting, in each split', async () => {
    const setting = namedSetting('chat-long');
    for (const split of ['train', 'test'] as const) {
      const expected = openSetting(setting, { split, requests: 60 }).source.sample(3);
      expectSame(
        await generated('--setting', 'chat-long', '--split', split, '--requests', '60', '--seed', '3'),
        expected,
      );
    }
    const slow = await generated('--setting', 'chat-long', '--requests', '60', '--load', '0.1');
    const fast = await generated('--setting', 'chat-long', '--requests', '60', '--rate', '100');
    expect(slow.arrival[59]).toBeGreaterThan(5 * fast.arrival[59]);
  });

  it('a family, also of conversations', async () => {
    const expected = familySource(families.conversations, 'train', { requests: 40, rate: 2 }).sample(1);
    const flags = ['--family', 'conversations', '--split', 'train', '--requests', '40', '--rate', '2', '--seed', '1'];
    const found = await generated(...flags);
    expectSame(found, expected);
    expect(found.rounds?.follows.some((row) => row >= 0)).toBe(true);
  });

  it('a trace in a window, at another rate', async () => {
    const found = await generated('--trace', trace, '--window', '100:', '--limit', '20', '--rate', '2');
    const { workload } = await readTrace(trace, { window: { from: 100 }, limit: 20 });
    expect(found.promptTokens).toEqual(workload.promptTokens);
    expect(found.key).toEqual(workload.key);
    const span = (found.arrival[19] - found.arrival[0]) / 1e6;
    expect(19 / span).toBeCloseTo(2, 4);
    expectSame(await generated('--trace', trace), (await readTrace(trace)).workload);
  });

  it('drawn from a trace, at times of a process', async () => {
    const found = await generated('--trace', trace, '--redraw', '400', '--arrivals', 'poisson', '--rate', '5');
    expect(found.count).toBe(400);
    for (let row = 0; row < 400; row++) expect(found.promptTokens[row] - found.outputTokens[row]).toBe(99);
    expect(400 / (found.arrival[399] / 1e6)).toBeCloseTo(5, 0);
    const timed = await generated('--trace', trace, '--arrivals', 'deterministic', '--rate', '4');
    expect([timed.count, timed.arrival[39] - timed.arrival[0]]).toEqual([40, (39 * 1e6) / 4]);
  });

  it('sessions of a trace, kept whole; the rate counts all requests', async () => {
    const found = await generated('--trace', sessions, '--rate', '3');
    const { workload } = await readTrace(sessions);
    expect(found.rounds).toEqual(workload.rounds);
    expect(found.arrival[3]).toBeCloseTo(workload.arrival[3] / 3, -1);
    expect((await generated('--trace', sessions, '--redraw', '9', '--arrivals', 'at-once')).count).toBe(9);
  });
});

describe('many clients', () => {
  it('are drawn from their statistics', async () => {
    const expected = manyClientsSource({ set: 'm-mid', clients: 5, requests: 200, rate: 3 }).sample(2);
    const flags = ['--servegen', 'm-mid', '--clients', '5', '--requests', '200', '--rate', '3', '--seed', '2'];
    expectSame(await generated(...flags), expected);
  });

  it('are those of a file, in its window', async () => {
    const file = join(folder, 'some-trace.csv');
    writeFileSync(file, 'client_id,t_start_s,rate_rps,cv,pattern,p1,p2\n0,0,0.5,1,Gamma,1,2\n1,0,0.2,2,Weibull,1,2\n');
    const quantiles = 'p1,p5,p10,p25,p50,p75,p90,p95,p99';
    const lengths = ['input_tokens', 'output_tokens'].map((field) => `0,0,${field},9,50,10,20,30,40,50,60,70,80,90\n`);
    writeFileSync(
      join(folder, 'some-length-quantiles.csv'),
      `client_id,t_start_s,field,n_support,mean,${quantiles}\n${lengths.join('')}`,
    );
    const out = join(folder, 'clients.jsonl');
    const said = await generate('--servegen', file, '--window', '0:600', '--rate', '2', '--out', out);
    expect(said.out).toMatch(
      /2 clients of ServeGen, some-trace\.csv 0 … 600 s\n29 % of the requests are of clients without/,
    );
    const source = await servegenSource({ trace: file, from: 0, to: 600, rate: 2 });
    expectSame((await readTrace(out)).workload, source.sample(0));
    const spread = await generated(
      '--servegen',
      file,
      '--window',
      '0:600',
      '--arrivals',
      'deterministic',
      '--rate',
      '2',
    );
    expect(spread.arrival[3] - spread.arrival[2]).toBe(500_000);
  });
});

describe('the command', () => {
  it('gives equal bytes for equal settings, and others for another seed', async () => {
    const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.jsonl`));
    for (const [k, seed] of ['1', '1', '2'].entries())
      await generate('--requests', '30', '--seed', seed, '--out', files[k], '--draft', 'eagle');
    const [a, b, c] = files.map((file) => readFileSync(file, 'utf8'));
    expect([a === b, a === c]).toEqual([true, false]);
  });

  it('says what it wrote, and what a reader must know', async () => {
    const out = join(folder, 'said.jsonl');
    const said = await generate('--requests', '30', '--draft', 'ngram', '--out', out);
    expect(said.out).toMatch(/^30 requests written to .*said\.jsonl\nembedded chat, gamma arrivals at 5\.53/);
    expect(said.out).toMatch(/note: the proposer of drafts offers none at times; .* --draft ngram/);
    const { out: json } = await generate('--requests', '30', '--out', out, '--json');
    expect(JSON.parse(json)).toMatchObject({ file: out, requests: 30, sessions: 30, acceptance: 'nothing', notes: [] });

    const scripted = join(folder, 'scripted.jsonl');
    writeFileSync(scripted, '{"arrival": 0, "prompt_tokens": 5, "output_tokens": 9, "accepted": [1, 0]}\n');
    expect((await generate('--trace', scripted, '--out', out)).out).toMatch(
      /depends on sampling steps .* not in the file/,
    );
    expect((await servegym(['workload', 'inspect', out])).out).toMatch(/1 requests/);
  });

  it('that Ctrl-C stops leaves nothing behind', async () => {
    const place = join(folder, 'stopped');
    const controller = new AbortController();
    const { code, err } = await servegym(
      ['workload', 'generate', '--requests', '60000', '--out', join(place, 'list.jsonl')],
      {
        interactive: true,
        signal: controller.signal,
        onErr: (text) => text.includes('requests') && controller.abort(),
      },
    );
    expect(code).toBe(130);
    expect(err).toMatch(/interrupted: nothing was written/);
    expect(readdirSync(place)).toEqual([]);
  });

  it.each([
    ['no file', ['--requests', '5'], /--out is required/],
    ['a gz file', ['--out', join(folder, 'x.gz')], /out is ".*x\.gz": the list is written as plain text/],
    ['two sources', ['--trace', trace, '--setting', 'chat-long'], /setting and trace are two sources/],
    ['an unknown setting', ['--setting', 'chat-log'], /unknown setting "chat-log": did you mean "chat-long"/],
    ['an unknown family', ['--family', 'chatt'], /unknown family "chatt": did you mean "chat"/],
    ['an unknown parameter', ['--family', 'chat', '--parameters', 'longshare=1'], /no parameter "longshare"/],
    ['a split of nothing', ['--split', 'train'], /split belongs to a setting, not to the embedded chat/],
    [
      'lengths of a trace',
      ['--trace', trace, '--lengths', 'azure'],
      /lengths belongs to the embedded chat, not to a trace/,
    ],
    ['requests of a trace', ['--trace', trace, '--requests', '3'], /requests: of a trace it is --limit/],
    ['a redraw without times', ['--trace', trace, '--redraw', '3'], /redraw: .* --arrivals poisson/],
    ['unknown arrivals', ['--arrivals', 'poison'], /unknown arrivals "poison": did you mean "poisson"/],
    ['clients of a file without a window', ['--servegen', 'x-trace.csv'], /which part of x-trace\.csv/],
    ['a window of statistics', ['--servegen', 'm-mid', '--window', '0:9'], /window belongs to clients of a file/],
    ['too many clients', ['--servegen', 'm-mid', '--clients', '999'], /clients is 999/],
    ['new times without a rate', ['--servegen', 'm-mid', '--arrivals', 'poisson'], /arrivals: .* --rate/],
    ['requests in a window', ['--servegen', 'x', '--window', '0:9', '--requests', '5'], /requests: clients of a file/],
    ['a rate of nothing', ['--rate', '0'], /--rate is 0/],
    ['a place that is none', ['--out', join(trace, 'x')], /trace\.csv\/x: cannot be written/],
  ])('refuses %s in one line', async (what, args, expected) => {
    const out = join(folder, 'refused.jsonl');
    const all = args.includes('--out') || what === 'no file' ? args : [...args, '--out', out];
    const said = await generate(...all, '--quiet');
    expect({ ...said, err: said.err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', err: 1 });
    expect(said.err).toMatch(expected);
    expect(existsSync(out)).toBe(false);
  });
});
