/** The future is out of reach of a policy: everything that it is given at run time is walked. */
import { describe, expect, it } from 'vitest';
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { scriptedAcceptance } from '../../env/workloads/acceptance/scripted.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { type Reach, reach } from './reach.js';

/**
 * Episodes whose secrets are numbers that nothing else can be: true lengths, times of giving up and arrivals to come. Even
 * rows end at their declared length, which everyone may know; odd rows declare nothing and are given up at a hidden time.
 */
const ROWS = 24;
const STEP = 1000;
const lengthOf = (row: number): number => 1_100_000_007 + 1_000_003 * row;
const abortOf = (row: number): number => 90_123 + row * 17_001;
const arrivalOf = (row: number): number => 1 + row * 7_919;

const secretive = (): Workload =>
  createWorkload({
    name: 'secretive',
    arrival: Array.from({ length: ROWS }, (_, row) => arrivalOf(row)),
    promptTokens: Array.from({ length: ROWS }, (_, row) => 20 + (row % 5)),
    outputTokens: Array.from({ length: ROWS }, (_, row) => lengthOf(row)),
    declared: Array.from({ length: ROWS }, (_, row) => (row % 2 ? 2_000_000_000 : 9 + row)),
    abortAt: Array.from({ length: ROWS }, (_, row) => (row % 2 ? abortOf(row) : Infinity)),
    acceptance: scriptedAcceptance(() => ({ accepted: [0, 2, 1], drafts: [] })),
    content: Array.from({ length: ROWS }, (_, row) => ({
      segments: [['system', 16] as const, [`${row}`, 4 + (row % 5)] as const],
      answer: `a${row}`,
    })),
  });

const settings: [title: string, preset: PresetName, changes: Partial<Rules>][] = [
  ['vllm-v1 with prefix cache and drafts', 'vllm-v1', { drafts: 3, blocks: 60, blockSize: 4 }],
  ['asynchronous', 'vllm-v1-async', { drafts: 2, blocks: 60, blockSize: 4 }],
  ['by rank', 'vllm-v1+rank', { blocks: 40, blockSize: 4, maxBatch: 4 }],
  ['serial', 'serial', {}],
];

/** Tells the true lengths. (The oracle of the catalogue would run the luck of a thousand million tokens forward.) */
const lengths = (): Predictor => {
  let forecast: Forecast;
  return {
    name: 'lengths',
    information: 'clairvoyant',
    reset(given) {
      forecast = given;
    },
    arrive(r) {
      forecast.beliefs.length[r] = forecast.truth.outputTokens(r);
    },
  };
};

interface Given {
  readonly view: ReplicaView;
  readonly decision: BatchDecision;
  readonly episode: Episode;
  readonly memory: object;
}

/** Runs an episode and shows everything the policy is given, turn by turn, to `look`. */
function watch(
  [, name, changes]: (typeof settings)[number],
  look: (engine: Engine, given: Given) => void,
  clairvoyant = false,
): number {
  let turns = 0;
  const probe = (): Scheduler => {
    let episode: Episode;
    let memory: object;
    return {
      name: 'probe',
      wakeIn: 20,
      reset(given) {
        episode = given;
        memory = {
          column: given.column(Float64Array),
          cells: given.cells(Int32Array, 8),
          stream: given.stream('probe'),
        };
      },
      decide(view, decision) {
        turns++;
        look(engine, { view, decision, episode, memory });
      },
    };
  };
  const engine = createEngine({
    workload: secretive(),
    rules: preset(name, { maxModelLen: 0x7fffffff, unfit: 'block', ...changes }),
    cost: constantStep(STEP),
    scheduler: probe,
    ...(clairvoyant ? { predictor: lengths } : {}),
    horizon: 600_000,
  });
  run(engine);
  expect(engine.delivered).toBe(ROWS);
  return turns;
}

/** Which of the wanted numbers lie in reach, and where: in properties, or in memory read as any kind of column. */
function findNumbers({ objects, numbers }: Reach, wanted: ReadonlySet<number>): Map<number, string> {
  const found = new Map(numbers.filter(([value]) => wanted.has(value)));
  for (const [object, path] of objects) {
    if (!(object instanceof ArrayBuffer)) continue;
    for (const kind of [Float64Array, Float32Array, Int32Array]) {
      const values = new kind(object, 0, Math.floor(object.byteLength / kind.BYTES_PER_ELEMENT));
      for (const value of values) if (wanted.has(value)) found.set(value, path);
    }
  }
  return found;
}

describe.each(settings)('at run time, %s', (...setting) => {
  it('no secret number is in reach: true lengths, times of giving up, arrivals to come', () => {
    const secrets = Array.from({ length: ROWS }, (_, row) => [lengthOf(row), abortOf(row), arrivalOf(row)]).flat();
    const told = new Set<string>();
    const turns = watch(setting, (engine, given) => {
      const future = new Set(secrets.filter((value) => value > engine.replica.now));
      for (const [secret, path] of findNumbers(reach({ ...given }), future)) told.add(`${secret}: ${path}`);
    });
    expect([...told]).toEqual([]);
    expect(turns).toBeGreaterThan(50);
  });

  it('neither engine nor workload nor hidden columns are in reach', () => {
    const told = new Set<string>();
    watch(setting, (engine, given) => {
      const { objects } = reach({ ...given });
      const { replica } = engine;
      const secret = reach({ workload: replica.workload, hidden: replica.hidden }).objects;
      for (const object of [
        engine,
        engine.setup,
        replica,
        replica.predictor,
        replica.ledger,
        replica.prefix,
        ...secret.keys(),
      ]) {
        if (object !== null && objects.has(object))
          told.add(`${objects.get(object)} is ${secret.get(object) ?? 'the engine'}`);
      }
    });
    expect([...told]).toEqual([]);
  });

  it('rows of requests to come are zero in every column, and their prefix hits unknown', () => {
    const told = new Set<string>();
    let looked = 0;
    watch(setting, ({ delivered }, given) => {
      const { view, decision, episode, memory } = given;
      const columns = { ...view.requests, ...view.beliefs, ...decision, ...memory, ...episode.requests };
      for (const [name, column] of Object.entries(columns)) {
        if (!ArrayBuffer.isView(column)) continue;
        const rows = column as Float64Array;
        if (rows.length < ROWS) continue;
        looked++;
        for (let r = delivered; r < rows.length; r++) if (rows[r] !== 0) told.add(`${name}[${r}] = ${rows[r]}`);
      }
      for (let r = delivered; r < ROWS; r++)
        if (view.prefixHit(r) + view.prefixKey(r, 99) !== 0) told.add(`prefixHit(${r})`);
    });
    expect([...told]).toEqual([]);
    expect(looked).toBeGreaterThan(1000);
  });

  it('with clairvoyant beliefs the same search finds the lengths, of delivered requests only', () => {
    watch(
      setting,
      (engine, given) => {
        const hidden = Array.from({ length: ROWS }, (_, row) => lengthOf(row)).filter((_, row) => row % 2 === 1);
        const found = findNumbers(reach({ ...given }), new Set(hidden));
        expect([...found.keys()].sort()).toEqual(hidden.filter((_, k) => 2 * k + 1 < engine.delivered));
      },
      true,
    );
  });
});

describe('the walk', () => {
  it('finds what is behind symbols, getters, prototypes, maps and views', () => {
    const inner = Object.assign(Object.create({ inherited: 11 }), { [Symbol('s')]: 12 });
    const memory = new Float64Array([0, 13, 0]);
    const wanted = new Set([11, 12, 13, 14, 15, 16]);
    const found = findNumbers(
      reach({
        root: {
          get getter() {
            return inner;
          },
          map: new Map([['k', { value: 14 }]]),
          part: memory.subarray(2),
          call: Object.assign(() => 15, { property: 16 }),
        },
      }),
      wanted,
    );
    expect([...found.keys()].sort()).toEqual([11, 12, 13, 14, 16]);
  });
});
