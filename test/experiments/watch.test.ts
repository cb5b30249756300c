/** `servegym watch`: on a screen, elsewhere, and as data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const SMALL = ['--set', 'requests=30,load=1.1'];

describe('watch', () => {
  it('elsewhere writes a line now and then, and ends with what came of it', async () => {
    const { code, out, err } = await servegym(['watch', 'Pick-v0', '--policy', 'srpt', ...SMALL]);
    expect(code).toBe(0);
    const [first, ...lines] = err.trim().split('\n');
    expect(first).toContain('Pick-v0 under srpt: does what srpt would');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^[\d.]+ s · \d+: \d+ running, \d+ waiting .*KV \d+ % · rewards −/);
    expect(err).not.toContain('\x1b');
    expect(out).toContain('30 of 30 requests finished');
    expect(out).toMatch(/^JCT, s/m);
    expect(out).toContain('Try next:\n  npx servegym watch Pick-v0 --policy random');
  });

  it('on a screen redraws in place', async () => {
    const drawn: string[] = [];
    const { code } = await servegym(['watch', 'Pick-v0', '--fps', '60', '--speed', '600', ...SMALL], {
      interactive: true,
      onErr: (text) => drawn.push(text),
    });
    expect(code).toBe(0);
    const frames = drawn.slice(1);
    expect(frames.length).toBeGreaterThan(1);
    const lines = frames.map((frame) => frame.split('\n').length - 1);
    for (let k = 1; k < frames.length; k++) expect(frames[k].startsWith(`\x1b[${lines[k - 1]}A\x1b[J`)).toBe(true);
    expect(frames[0]).toContain('answer of believed length');
  });

  it('writes pictures and a trace, and the result as JSON', async () => {
    const files = ['last.svg', 'last.png', 'run.json'].map((name) => join(folder, name));
    const [svg, png, trace] = files;
    const flags = ['--svg', svg, '--png', png, '--trace', trace, '--json'];
    const { code, out, err } = await servegym(['watch', 'Queue-v0', '--set', 'requests=20', ...flags]);
    expect([code, err]).toEqual([0, '']);
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      command: 'watch',
      outcome: 'drained',
      files,
      summary: { requests: { finished: 20 } },
    });
    const jct = result.summary.jct.mean * 20e-6;
    expect(result.return).toBeCloseTo(-jct, 6);
    expect(readFileSync(svg, 'utf8')).toContain('KV without limit');
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
    expect(JSON.parse(readFileSync(trace, 'utf8')).traceEvents.length).toBeGreaterThan(40);
  });

  it('ends in order at Ctrl-C', async () => {
    const controller = new AbortController();
    const { code, err } = await servegym(['watch', 'Pick-v0', '--fps', '1', ...SMALL], {
      interactive: true,
      signal: controller.signal,
      onErr: (text) => text.includes('answer of') && setTimeout(() => controller.abort(), 10),
    });
    expect(code).toBe(130);
    expect(err).toContain('interrupted: stopped at');
  });

  it.each([
    [['watch', 'Pik-v0'], 'did you mean "Pick-v0"'],
    [['watch', 'Pick-v0', '--policy', 'srptt'], 'did you mean "srpt"'],
    [['watch', 'Pick-v0', '--set', 'loads=2'], 'unknown argument "loads"'],
    [['watch', 'Draft-v0', '--policy', 'action:77'], '77 is not in Discrete'],
    [['watch', '--fps', '0'], '--fps is 0'],
    [['watch', 'Pick-v0', '--set', 'trace=5'], 'Pick-v0: trace: Invalid input: expected string'],
    [['watch', 'Pick-v0', '--set', 'format=csv'], 'Pick-v0: format: belongs to a trace'],
    [['watch', 'Pick-v0', '--set', 'trace=nowhere.csv'], 'nowhere.csv: no such file'],
    [['task', 'list', '--page', 'nowhere.md'], 'nowhere.md: no such file'],
    [['task', 'list', '--page', 'package.json'], 'package.json: has no <!-- tasks -->'],
  ])('%j is one error', async (args, words) => {
    const { code, err } = await servegym([...args, '--quiet']);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(words);
  });
});
