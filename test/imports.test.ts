/** Imports point one way: the house rules, held against every import of every file, type-only ones included. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../env/files.js';

interface Import {
  /** Paths from the root of the repository, or the name of a package. */
  readonly from: string;
  readonly to: string;
  /** What is imported by name. */
  readonly names: readonly string[];
}

const root = packageFolder();
const FOLDERS = ['env', 'predictors', 'agents', 'experiments', 'test'];

/** Which folders a folder may import from, itself included. The first entry that matches a file counts. */
const MAY_IMPORT: readonly (readonly [folder: string, allowed: readonly string[]])[] = [
  ['env/index.ts', ['env/']],
  ['env/workloads/', ['env/*', 'env/workloads/']],
  ['env/serving/', ['env/*', 'env/workloads/', 'env/serving/']],
  ['env/settings/', ['env/*', 'env/workloads/', 'env/serving/', 'env/settings/']],
  ['env/cluster/', ['env/*', 'env/workloads/', 'env/serving/', 'env/cluster/']],
  ['env/tasks/', ['env/*', 'env/workloads/', 'env/serving/', 'env/cluster/', 'env/tasks/', 'env/gym/']],
  ['env/gym/', ['env/*', 'env/gym/']],
  ['env/', ['env/*']],
  ['predictors/', ['env/', 'predictors/']],
  ['agents/', ['env/', 'predictors/', 'agents/']],
  ['experiments/', ['env/', 'predictors/', 'agents/', 'experiments/']],
  ['test/', ['env/', 'predictors/', 'agents/', 'experiments/', 'test/']],
];

/** `env/*` is a file in env itself, `env/` anything below it. */
const matches = (file: string, pattern: string): boolean =>
  pattern.endsWith('/*') ? dirname(file) === pattern.slice(0, -2) && file !== 'env/index.ts' : file.startsWith(pattern);

/** Folders of policies, and all that they may know of the world: modules, and of some of them only these names. */
const POLICIES = ['agents/schedulers/', 'agents/routers/', 'agents/planners/', 'agents/combine/', 'agents/drafting/'];
const SEAM: Readonly<Record<string, readonly string[] | 'all'>> = {
  'env/random.ts': 'all',
  'env/time.ts': 'all',
  'env/distributions.ts': 'all',
  'env/expression.ts': 'all',
  'env/serving/policy.ts': 'all',
  'env/serving/columns.ts': 'all',
  'env/serving/ids.ts': 'all',
  'env/serving/rules.ts': 'all',
  'env/serving/cost/cost.ts': 'all',
  'env/serving/due.ts': 'all',
  'env/tasks/switching.ts': 'all',
  'env/serving/requests.ts': ['Requests', 'State'],
  'env/serving/beliefs.ts': ['Beliefs', 'Information'],
};

/** Packages that have one home. The rest of a name after `/` counts as the same package. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow': ['predictors/tensor.ts'],
  mathjs: ['env/expression.ts', 'experiments/', 'test/'],
  rxjs: ['env/chunked.ts', 'env/serving/events.ts', 'env/gym/', 'agents/learners/', 'experiments/', 'test/'],
  commander: ['experiments/'],
  picocolors: ['experiments/'],
  vega: ['experiments/'],
  'vega-lite': ['experiments/'],
  '@resvg': ['env/tasks/render/png.ts', 'experiments/'],
  vitest: ['test/'],
  'fast-check': ['test/'],
  typescript: ['test/'],
};

/** What is wrong with an import; null = nothing. */
function offence({ from, to, names }: Import): string | null {
  const [, allowed] = MAY_IMPORT.find(([folder]) => from.startsWith(folder)) ?? ['', []];
  const isFile = FOLDERS.some((folder) => to.startsWith(`${folder}/`));
  if (!isFile) {
    const home = HOMES[Object.keys(HOMES).find((name) => to === name || to.startsWith(`${name}/`)) ?? ''];
    return home && !home.some((place) => from.startsWith(place))
      ? `${from} imports ${to}, which only ${home.join(', ')} may`
      : null;
  }
  if (!allowed.some((pattern) => matches(to, pattern)))
    return `${from} imports ${to}, but may import ${allowed.join(', ')} only`;
  if (!POLICIES.some((folder) => from.startsWith(folder)) || to.startsWith('agents/')) return null;
  const known = SEAM[to];
  if (known === undefined) return `${from} imports ${to}, which is not part of the seam`;
  const secret = known === 'all' ? undefined : names.find((name) => !known.includes(name));
  return secret === undefined ? null : `${from} imports ${secret} of ${to}, which is not part of the seam`;
}

function filesIn(folder: string): string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .map((name) => join(folder, name).split(sep).join('/'));
}

/** All imports of a file: declarations, re-exports, `import()` in code and in types. */
function importsOf(file: string, text = readFileSync(join(root, file), 'utf8')): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    const to = text.startsWith('.')
      ? normalize(join(dirname(file), text))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts')
      : text;
    found.push({ from: file, to, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const named =
        bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => (e.propertyName ?? e.name).text) : [];
      add(node.moduleSpecifier, bindings && ts.isNamespaceImport(bindings) ? ['*'] : named);
    } else if (ts.isExportDeclaration(node)) {
      const { exportClause } = node;
      add(
        node.moduleSpecifier,
        exportClause && ts.isNamedExports(exportClause)
          ? exportClause.elements.map((e) => (e.propertyName ?? e.name).text)
          : ['*'],
      );
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, ['*']);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], ['*']);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const all = FOLDERS.flatMap(filesIn).flatMap((file) => importsOf(file));

describe('imports', () => {
  it('are found', () => {
    const some = (from: string, to: string): boolean => all.some((i) => i.from === from && i.to === to);
    expect(all.length).toBeGreaterThan(200);
    expect(some('env/serving/beliefs.ts', 'env/workloads/workload.ts')).toBe(true); // of a type
    expect(some('test/imports.test.ts', 'typescript')).toBe(true);
  });

  it('point at files that exist', () => {
    const missing = all.filter(
      ({ to }) => FOLDERS.some((folder) => to.startsWith(`${folder}/`)) && !existsSync(join(root, to)),
    );
    expect(missing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('leave no folder of the house', () => {
    const out = all.filter(
      ({ to }) => to.startsWith('..') || ['dist/', 'node_modules/'].some((folder) => to.startsWith(folder)),
    );
    expect(out.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it.each(FOLDERS)('of %s obey the house rules', (folder) => {
    const told = all
      .filter(({ from }) => from.startsWith(`${folder}/`))
      .map(offence)
      .filter((what) => what !== null);
    expect(told).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['env/serving/engine.ts', 'predictors/oracle.ts'],
    ['env/serving/engine.ts', 'agents/schedulers/srpt.ts'],
    ['env/random.ts', 'env/workloads/workload.ts'],
    ['env/workloads/workload.ts', 'env/serving/rules.ts'],
    ['env/serving/engine.ts', 'env/cluster/router.ts'],
    ['env/serving/engine.ts', 'env/settings/catalogue.ts'],
    ['env/workloads/recipe.ts', 'env/settings/catalogue.ts'],
    ['env/serving/engine.ts', 'env/gym/env.ts'],
    ['env/gym/env.ts', 'env/serving/engine.ts'],
    ['env/cluster/router.ts', 'env/tasks/batch.ts'],
    ['env/serving/engine.ts', 'env/index.ts'],
    ['predictors/oracle.ts', 'agents/schedulers/srpt.ts'],
    ['agents/learners/ppo.ts', 'experiments/catalogue.ts'],
    ['experiments/catalogue.ts', 'test/laws/mg1.ts'],
    ['agents/schedulers/srpt.ts', 'predictors/oracle.ts'],
    ['agents/schedulers/srpt.ts', 'env/workloads/workload.ts'],
    ['agents/schedulers/srpt.ts', 'env/serving/engine.ts'],
    ['agents/combine/limited.ts', 'env/serving/replica.ts'],
    ['agents/learners/ppo.ts', '@tensorflow/tfjs'],
    ['env/serving/engine.ts', 'mathjs'],
    ['env/serving/engine.ts', 'vitest'],
  ])('refuse %s → %s', (from, to) => {
    expect(offence({ from, to, names: [] })).toMatch(new RegExp(`^${from} imports ${to}`));
  });

  it.each([
    ['env/serving/beliefs.ts', 'Truth'],
    ['env/serving/beliefs.ts', 'Forecast'],
    ['env/serving/requests.ts', 'Hidden'],
    ['env/serving/requests.ts', '*'],
  ])('refuse policies %s { %s }', (to, name) => {
    expect(offence({ from: 'agents/schedulers/srpt.ts', to, names: ['State', 'Beliefs', name] })).toContain(
      'is not part of the seam',
    );
  });

  it.each([
    ['env/tasks/batch.ts', 'env/gym/env.ts'],
    ['env/gym/seeding.ts', 'env/random.ts'],
    ['agents/learners/ppo.ts', 'predictors/net.ts'],
    ['predictors/tensor.ts', '@tensorflow/tfjs-node'],
    ['agents/schedulers/sjf.ts', 'agents/combine/limited.ts'],
    ['experiments/report/render.ts', 'vega-lite'],
  ])('allow %s → %s', (from, to) => {
    expect(offence({ from, to, names: [] })).toBeNull();
  });

  it('see every kind of import', () => {
    const text = `
      import './a.js';
      import type { A, B as C } from './b.js';
      import d, { type D } from '../d.js';
      import * as e from 'e';
      export { f } from './f.js';
      export type * from './g.js';
      const h = await import('./h.js');
      let i: import('../../workloads/i.js').I;
      // import './comment.js'`;
    expect(importsOf('env/serving/cost/x.ts', text).map(({ to, names }) => [to, ...names])).toEqual([
      ['env/serving/cost/a.ts'],
      ['env/serving/cost/b.ts', 'A', 'B'],
      ['env/serving/d.ts', 'D'],
      ['e', '*'],
      ['env/serving/cost/f.ts', 'f'],
      ['env/serving/cost/g.ts', '*'],
      ['env/serving/cost/h.ts', '*'],
      ['env/workloads/i.ts', '*'],
    ]);
  });
});
