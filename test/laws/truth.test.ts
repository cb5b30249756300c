/** The future is out of reach of a policy: by type, and by walking everything that it is given at run time. */
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../env/files.js';
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { scriptedAcceptance } from '../../env/workloads/acceptance/scripted.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { type Reach, reach } from './reach.js';

describe('by type', () => {
  const root = packageFolder();
  const file = (name: string): string => join(root, 'env', name);
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: [] }, root);
  const program = ts.createProgram(
    [file('serving/policy.ts'), file('serving/engine.ts'), file('serving/turn.ts')],
    options,
  );
  const checker = program.getTypeChecker();

  function typeOf(source: string, name: string): ts.Type {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file(source)) as ts.SourceFile) as ts.Symbol;
    const symbol = checker.getExportsOfModule(module).find((e) => e.name === name);
    if (!symbol) throw new Error(`${source} exports no ${name}`);
    return checker.getDeclaredTypeOfSymbol(symbol);
  }

  const SECRET = new Set([
    'Truth',
    'Forecast',
    'Predictor',
    'Hidden',
    'Replica',
    'Engine',
    'Setup',
    'Workload',
    'Acceptance',
    'Content',
  ]);

  /** Names of all types of ours that lead on from a type, by property, element, parameter or result; and the paths to secrets. */
  function leads(from: ts.Type, name: string): { names: Set<string>; secrets: string[] } {
    const names = new Set<string>();
    const secrets: string[] = [];
    const seen = new Set<ts.Type>();
    const visit = (type: ts.Type, path: string): void => {
      if (seen.has(type)) return;
      seen.add(type);
      if (type.flags & ts.TypeFlags.Any) secrets.push(`${path}: any`);
      if (type.isUnionOrIntersection()) {
        for (const part of type.types) visit(part, path);
        return;
      }
      if (type.flags & ts.TypeFlags.TypeParameter) {
        const bound = checker.getBaseConstraintOfType(type);
        if (bound) visit(bound, path);
        return;
      }
      for (const part of checker.getTypeArguments(type as ts.TypeReference) ?? []) visit(part, `${path}<>`);
      for (const symbol of [type.aliasSymbol, type.getSymbol()]) {
        const declared = symbol?.declarations?.[0]?.getSourceFile();
        if (!symbol || !declared || program.isSourceFileDefaultLibrary(declared) || declared.isDeclarationFile)
          continue;
        names.add(symbol.name);
        if (SECRET.has(symbol.name) || declared.fileName.includes('/env/workloads/'))
          secrets.push(`${path}: ${symbol.name}`);
      }
      // Types of the language (typed arrays, functions of arrays) lead nowhere else.
      if (type.getSymbol()?.declarations?.some((d) => d.getSourceFile().isDeclarationFile)) return;
      for (const property of type.getProperties()) visit(checker.getTypeOfSymbol(property), `${path}.${property.name}`);
      for (const index of checker.getIndexInfosOfType(type)) visit(index.type, `${path}[]`);
      for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
        visit(signature.getReturnType(), `${path}()`);
        for (const parameter of signature.getParameters())
          visit(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`);
      }
    };
    visit(from, name);
    return { names, secrets };
  }

  it.each(['ReplicaView', 'BatchDecision', 'Episode', 'Scheduler', 'Policy'])('%s leads to no secret', (name) => {
    expect(leads(typeOf('serving/policy.ts', name), name).secrets).toEqual([]);
  });

  it('and is really walked', () => {
    const { names } = leads(typeOf('serving/policy.ts', 'Scheduler'), 'Scheduler');
    for (const name of [
      'ReplicaView',
      'BatchDecision',
      'Episode',
      'Requests',
      'Beliefs',
      'Column',
      'CostModel',
      'BatchShape',
      'Stream',
    ]) {
      expect(names).toContain(name);
    }
  });

  it.each([
    ['serving/beliefs.ts', 'Forecast', /^Forecast\.truth: Truth$/],
    ['serving/beliefs.ts', 'Truth', /^Truth\.workload: Workload$/],
    ['serving/engine.ts', 'Engine', /: Hidden$/],
    ['serving/replica.ts', 'Replica', /\.acceptance: Acceptance$/],
  ])('the walk finds the secrets of %s %s', (source, name, path) => {
    expect(leads(typeOf(source, name), name).secrets).toContainEqual(expect.stringMatching(path));
  });
});

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
