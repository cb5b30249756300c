/** Every schedule recorded from the real vLLM V1 scheduler is reproduced: all fields of all steps, by the engine that everything else uses. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { fcfs } from '../../env/serving/policy.js';
import type { PresetName } from '../../env/serving/presets.js';
import { State } from '../../env/serving/requests.js';
import { goldenFolder, readRecording, recordingsIn } from '../../experiments/golden/files.js';
import {
  firstDifference,
  parseScenario,
  presetOfVersion,
  replay,
  rulesOf,
  type Scenario,
  workloadOf,
} from '../../experiments/golden/vllm-v1.js';

const root = goldenFolder();
const folder = root !== null && existsSync(join(root, 'vllm-v1')) ? join(root, 'vllm-v1') : null;
const files = folder === null ? [] : recordingsIn(folder);
const readme = folder === null ? '' : join(folder, 'README.md');
const load = (file: string): Scenario => parseScenario(readRecording(file), file);
const nameOf = (file: string): string => basename(file).replace(/\.json(\.gz)?$/, '');

if (folder === null) {
  it.skip(`recordings of vLLM: no folder vllm-v1 in ${process.env.SERVEGYM_GOLDEN ?? '../shared/golden'} (set SERVEGYM_GOLDEN)`, () => {});
}

describe.runIf(files.length > 0)('recorded schedules, step by step', () => {
  it.each(files.map((file) => [nameOf(file), file]))('%s', (_name, file) => {
    const scenario = load(file);
    expect(scenario.steps.length).toBeGreaterThan(0);
    expect(firstDifference(scenario, replay(scenario))).toBeNull();
  });
});

/** What another version makes of a recording, by the last column of the folder's table: same, differs or refused. */
function verdicts(): [scenario: string, preset: PresetName, verdict: string][] {
  if (!existsSync(readme)) return [];
  const rows = readFileSync(readme, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.flatMap((cells): [string, PresetName, string][] => {
    const [newer, older] = (cells[6] ?? '').split(' / ');
    if (!['same', 'differs', 'refused'].includes(newer)) return [];
    return [
      [cells[1], 'vllm-v1@0.19', newer],
      [cells[1], 'vllm-v1@0.14', older],
    ];
  });
}

function verdictOf(scenario: Scenario, preset: PresetName): string {
  try {
    return firstDifference(scenario, replay(scenario, preset)) === null ? 'same' : 'differs';
  } catch (error) {
    return /this version/.test((error as Error).message) ? 'refused' : String(error);
  }
}

if (folder !== null && !existsSync(readme)) it.skip(`other versions: no table in ${readme}`, () => {});

describe.runIf(existsSync(readme))('other versions of vLLM', () => {
  const table = verdicts();
  const fileOf = new Map(files.map((file) => [nameOf(file), file]));

  it('the table has every recording', () => {
    expect(new Set(table.map(([name]) => name))).toEqual(new Set(fileOf.keys()));
  });

  it.each(table)('%s on %s: %s', (name, preset, verdict) => {
    expect(verdictOf(load(fileOf.get(name) ?? ''), preset)).toBe(verdict);
  });
});

/** Steps in which requests ended, as the recording has them. */
function recordedEnds(scenario: Scenario): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { step, finished } of scenario.steps as { step: number; finished?: string[] }[]) {
    for (const id of finished ?? []) ends.set(id, step);
  }
  return ends;
}

describe.runIf(files.length > 0)('asked on events only, the engine leaps to the same ends', () => {
  const scenarios = files.map(load).filter(({ engine }) => engine.policy === 'fcfs');
  let turns = 0;
  let iterations = 0;

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const engine = createEngine({
      workload: workloadOf(scenario),
      rules: rulesOf(scenario.engine, presetOfVersion(scenario.vllm_version)),
      cost: constantStep(1), // step s ends at µs s
      scheduler: fcfs,
      horizon: scenario.max_steps,
    });
    run(engine);
    const { workload, hidden, requests, totals } = engine.replica;
    const ends = new Map<string, number>();
    for (let r = 0; r < engine.delivered; r++) {
      if (requests.state[r] === State.finished) ends.set(workload.ids[hidden.row[r]], hidden.left[r]);
    }
    expect(ends).toEqual(recordedEnds(scenario));
    turns += totals.turns;
    iterations += totals.iterations;
  });

  it('and is asked much more seldom than every step', () => {
    expect(turns).toBeLessThan(0.75 * iterations);
  });
});

describe.runIf(files.length > 0)('a recording that is not right is noticed', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'servegym-golden-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  type Step = Record<string, unknown> & { step: number };
  const original = files.find((file) => nameOf(file) === 'hand-trace') ?? files[0];

  /** The first difference found in a copy of the original with something changed. */
  function differenceAfter(change: (recording: { steps: Step[]; outcome: string }) => unknown): string | null {
    const recording = readRecording(original) as { steps: Step[]; outcome: string };
    change(recording);
    const copy = join(scratch, 'copy.json');
    writeFileSync(copy, JSON.stringify(recording));
    const scenario = load(copy);
    return firstDifference(scenario, replay(scenario));
  }

  it('the copy itself is right', () => {
    expect(differenceAfter(() => {})).toBeNull();
  });

  it('one number of one step', () => {
    const told = differenceAfter(({ steps }) => {
      const last = steps[steps.length - 1];
      last.free_after_update = (last.free_after_update as number) + 1;
    });
    expect(told).toMatch(/^step \d+: free_after_update is \d+, recorded \d+$/);
  });

  it('the first of several, with both values', () => {
    const told = differenceAfter(({ steps }) => {
      steps[1].running = ['nobody'];
      steps[2].waiting = ['nobody'];
    });
    expect(told).toMatch(
      new RegExp(
        `^step ${(readRecording(original) as { steps: Step[] }).steps[1].step}: running is .*recorded \\["nobody"\\]`,
      ),
    );
  });

  it('the order within a step', () => {
    const told = differenceAfter(({ steps }) => {
      const busy = steps.find((step) => Object.keys(step.scheduled as object).length > 1) as Step;
      busy.scheduled = Object.fromEntries(Object.entries(busy.scheduled as object).reverse());
    });
    expect(told).toMatch(/: scheduled is /);
  });

  it('a field too many, a step too few, another end', () => {
    const told = [
      differenceAfter(({ steps: [first] }) => Object.assign(first, { preempted: ['A'] })),
      differenceAfter(({ steps }) => steps.pop()),
      differenceAfter((recording) => Object.assign(recording, { outcome: 'stuck' })),
    ];
    expect(told[0]).toMatch(/: preempted is undefined, recorded \["A"\]$/);
    expect(told[1]).toMatch(/^\d+ steps were recorded, \d+ replayed$/);
    expect(told[2]).toBe('the end is finished, recorded stuck');
  });

  it('a file that is no recording is named', () => {
    const broken = join(scratch, 'broken.json');
    writeFileSync(broken, '{"name": "x"');
    expect(() => load(broken)).toThrow(/broken\.json: not a readable recording/);
    writeFileSync(broken, '{"name": "x"}');
    expect(() => load(broken)).toThrow(/broken\.json: not a recorded schedule: engine: /);
    const cut = join(scratch, 'cut.json.gz');
    writeFileSync(cut, Buffer.from([0x1f, 0x8b, 8, 0]));
    expect(() => load(cut)).toThrow(/cut\.json\.gz: not a readable recording/);
  });
});
