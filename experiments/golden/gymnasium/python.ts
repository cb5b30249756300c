/** Words of Python in the recordings of the registry: literals, and calls with keywords. */

const CONSTANTS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** A literal of numbers, texts, lists and dicts in quotes of one kind. @throws Error if it is none */
export function literal(text: string): unknown {
  const json = text
    .replace(/\b(?:True|False|None)\b/g, (word) => CONSTANTS[word])
    .replace(/"/g, '\\"')
    .replace(/'/g, '"');
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`${text} is no literal`);
  }
}

/** `a=1, b={'c': 2}` as an object. */
export const keywords = (text: string): Record<string, unknown> =>
  literal(`{${text.replace(/(^|, )(\w+)=/g, "$1'$2': ")}}`) as Record<string, unknown>;

const camel = (name: string): string => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** The same object with keys in our spelling. */
export const camelKeys = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value]));
