/** Arguments of a task on a command line: `load=1.1,slots=4`, and a list where a task takes one: `heuristics=srpt,edf,load=1.1`. */
import { parse } from 'yaml';
import { z } from 'zod';
import { written } from '../cli/options.js';

/** Those whose values are lists of specs. */
const LISTS = ['heuristics'];

export const taskArguments = () =>
  written(
    (given) => (typeof given === 'string' || Array.isArray(given) ? readArguments([given].flat().map(String)) : given),
    z.record(z.string(), z.unknown()),
  );

/** A piece without a name of its own belongs to the list before it. @throws Error that quotes a piece that belongs to nothing */
function readArguments(texts: readonly string[]): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const text of texts) {
    let list: string[] | null = null;
    for (const piece of piecesOf(text)) {
      const [, name, value = ''] = /^\s*(\w+)\s*=(?!=)(.*)$/s.exec(piece) ?? [];
      if (name !== undefined) {
        list = LISTS.includes(name) && !BRACKET.test(value) ? [value.trim()] : null;
        said[name] = list ?? readValue(value);
      } else if (list !== null) list.push(piece.trim());
      else throw new Error(`${JSON.stringify(piece)}: expected name=value`);
    }
  }
  return said;
}

const BRACKET = /^\s*[[{]/;

/** As YAML reads it; a formula, `expr: remaining`, is no mapping. */
function readValue(text: string): unknown {
  const value: unknown = parse(text);
  return typeof value === 'object' && value !== null && !BRACKET.test(text) ? text.trim() : value;
}

/** Between the commas that stand outside of brackets. */
function piecesOf(text: string): string[] {
  const pieces = [''];
  let depth = 0;
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) pieces.push('');
    else pieces[pieces.length - 1] += letter;
  }
  return pieces;
}
