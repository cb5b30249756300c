/** Sources as the package ships them, for what Node itself must load: worker threads, programs. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { packageFolder, writeAtomic } from '../env/files.js';

const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };

/** Copies files and folders of the package into `folder`, each `.ts` as `.js` without a check of types, and JSON as it is. */
export function transpile(paths: readonly string[], folder: string): void {
  const root = packageFolder();
  const kept = join(root, 'node_modules', '.cache', 'servegym-transpiled');
  mkdirSync(kept, { recursive: true });
  const copy = (path: string): void => {
    const source = join(root, path);
    if (statSync(source).isDirectory()) {
      for (const name of readdirSync(source)) copy(join(path, name));
      return;
    }
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    if (path.endsWith('.json')) cpSync(source, to);
    if (path.endsWith('.ts')) writeFileSync(to.replace(/\.ts$/, '.js'), javascript(readFileSync(source, 'utf8'), kept));
  };
  for (const path of [...paths, 'package.json']) copy(path);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** What the compiler makes of a text is kept under the hash of what it was given: nothing is transpiled twice. */
function javascript(text: string, kept: string): string {
  const given = JSON.stringify([ts.version, options, text]);
  const file = join(kept, `${createHash('sha256').update(given).digest('hex')}.js`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  writeAtomic(file, outputText);
  return outputText;
}
