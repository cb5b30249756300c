/** Settings as the command line that gives them again: only what differs from the defaults. */
import type { z } from 'zod';

/**
 * @param argument the setting that stands without a flag
 * @param always settings that are said even at their defaults
 */
export function commandLine(
  name: string,
  schema: z.ZodObject,
  given: object,
  argument?: string,
  always: readonly string[] = [],
): string {
  const usual = schema.parse({}) as Record<string, unknown>;
  const values = given as Record<string, unknown>;
  const quoted = (value: unknown): string => {
    const text = textOf(value);
    return /[^\w.,:=+@-]/.test(text) ? `'${text}'` : text;
  };
  const flags = Object.keys(values)
    .filter((key) => key !== argument && values[key] !== undefined)
    .filter((key) => always.includes(key) || JSON.stringify(values[key]) !== JSON.stringify(usual[key]))
    .map((key) => {
      const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      if (typeof values[key] === 'boolean') return values[key] ? `--${flag}` : `--no-${flag}`;
      return `--${flag} ${quoted(values[key])}`;
    });
  return ['servegym', name, ...(argument === undefined ? [] : [quoted(values[argument])]), ...flags].join(' ');
}

/** Lists and mappings as they are typed. */
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([key, each]) => `${key}=${each}`)
        .join(',')
    : String(value);
