/** Data that ship with the package: statistics of public traces with source, licence and method in each file, and prompts of our own. */
import { packageFile, readData } from '../files.js';

const loaded = new Map<string, unknown>();

/** The content of `env/workloads/derived/<name>.json`, read once. Its shape is the caller's to know: the files are ours. */
export function derived<Shape>(
  name:
    | 'azure-conv'
    | 'length-lists'
    | 'acceptance'
    | 'servegen'
    | 'output-length-structure'
    | 'length-ceilings'
    | 'written-prompts',
): Shape {
  if (!loaded.has(name)) loaded.set(name, readData(packageFile(`env/workloads/derived/${name}.json`)));
  return loaded.get(name) as Shape;
}
