/** Holds an environment against every rule of the contract. */
import type { Seed } from '../../random.js';
import type { Env } from '../env.js';
import { make } from '../make.js';
import { collectWarnings, warn } from '../warn.js';
import { stages } from './catalogue.js';
import type { Finding, Report, Rule, Subject } from './rule.js';

export interface CheckOptions {
  /** Where the episodes begin [123]. */
  readonly seed?: Seed;
  /** Steps of the longest roll-out [10,000]. */
  readonly steps?: number;
  /** Names of rules to leave out. */
  readonly skip?: readonly string[];
}

/** Makes one of the environments to be checked; `renderMode` names one that its metadata declares. */
export type EnvMaker = (how: { readonly renderMode?: string }) => Env;

/** What of a broken rule is shown at most. */
const SHOWN = 3;

/**
 * Finds out which rules an environment breaks. It is reset, stepped and closed; give a function that makes it for
 * those rules that need a new one. After an error the rules that rely on the broken one are not asked.
 */
export function inspectEnv(
  subject: Env | EnvMaker,
  { seed = 123, steps = 10_000, skip = [] }: CheckOptions = {},
): Report {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const known = subjectOf(subject, seed, steps);
  for (const stage of stages) {
    for (const rule of stage) {
      if (skip.includes(rule.name)) continue;
      const { name, sentence, level } = rule;
      const details = broken(rule, known);
      const findings = details.map((detail) => ({ rule: name, sentence, detail }));
      (level === 'error' ? errors : warnings).push(...findings);
    }
    if (errors.length > 0) break;
  }
  return { errors, warnings };
}

function subjectOf(subject: Env | EnvMaker, seed: Seed, steps: number): Subject {
  if (typeof subject === 'function') {
    const fresh = (renderMode?: string): Env => subject(renderMode === undefined ? {} : { renderMode });
    return { env: fresh(), fresh, seed, steps };
  }
  const { spec = null } = (subject ?? {}) as Partial<Env>;
  const fresh = (renderMode?: string): Env | null =>
    spec === null ? null : make(spec, renderMode === undefined ? {} : { renderMode });
  return { env: subject, fresh, seed, steps };
}

/** What the environment itself warns of meanwhile is no news. */
function broken(rule: Rule, subject: Subject): string[] {
  const details: string[] = [];
  collectWarnings(() => {
    try {
      for (const detail of rule.check(subject)) if (details.push(detail) === SHOWN) break;
    } catch (error) {
      details.push(`it threw: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  return details;
}

/** A report as a person reads it: a line for each broken rule. */
export function formatReport({ errors, warnings }: Report): string {
  const line =
    (level: string) =>
    ({ rule, sentence, detail }: Finding): string =>
      `${level} ${rule}: ${sentence} Here: ${detail}.`;
  return [...errors.map(line('error')), ...warnings.map(line('warning'))].join('\n');
}

/**
 * Holds an environment (or one that the function makes) against every rule, and warns of what is probably not meant.
 * @returns the warnings, if there are no errors
 * @throws Error with a line for each broken rule
 */
export function checkEnv(subject: Env | EnvMaker, options: CheckOptions = {}): Report {
  const report = inspectEnv(subject, options);
  if (report.errors.length > 0) throw new Error(`the environment breaks the contract:\n${formatReport(report)}`);
  for (const { rule, sentence, detail } of report.warnings) warn(`${rule}: ${sentence} Here: ${detail}.`);
  return report;
}
