/** The future is out of reach of a policy by type. */
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../env/files.js';

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
