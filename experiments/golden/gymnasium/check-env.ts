/** What Gymnasium's checkers say of broken environments; ours must say something wherever one of them does, and where they are silent too. */
import { z } from 'zod';
import { inspectEnv } from '../../../env/gym/check/check-env.js';
import type { Report } from '../../../env/gym/check/rule.js';
import type { Env } from '../../../env/gym/env.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import { passiveEnvChecker } from '../../../env/gym/wrappers/passive-env-checker.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import type { Replayed } from '../replayed.js';
import type { Faults } from './broken/fault.js';
import { goodEnv } from './broken/good.js';
import { resetFaults } from './broken/reset.js';
import { spaceFaults } from './broken/spaces.js';
import { stepFaults } from './broken/step.js';

/** The recorded environments in our words, with the rule that each breaks. */
export const faults: Faults = { ...spaceFaults, ...resetFaults, ...stepFaults };

const SIGNATURE = 'a function does not show which arguments it takes, nor their defaults, until it is called';
const TUPLES = 'JavaScript has no tuples beside lists';

/** What exists only through Python's types and signatures, by id (of one checker, or of both). */
export const SKIPPED: Readonly<Record<string, string>> = {
  'reset-list': TUPLES,
  'step-list': TUPLES,
  'tuple-list': TUPLES,
  'discrete-float': 'JavaScript has one type of numbers: 2.0 is 2',
  'passive no-options-argument': SIGNATURE,
  'passive seed-default': SIGNATURE,
  'return-info-argument': SIGNATURE,
};

const verdictSchema = z.object({ verdict: z.enum(['silent', 'warning', 'error']) });
const recordingSchema = z.object({
  check_env: z.array(
    z.object({ id: z.string(), both: verdictSchema.optional(), registered: verdictSchema.optional() }),
  ),
  passive: z.array(z.record(z.string(), z.unknown())),
});

type Verdict = z.infer<typeof verdictSchema>['verdict'];

const STRICTNESS: readonly Verdict[] = ['silent', 'warning', 'error'];

/**
 * Every environment of a recording, made in our words and checked: the good one must pass without a word, each broken one
 * must be told its rule, at least as strictly as recorded.
 * @throws Error if the recording has another form
 */
export function replayCheckEnv(recording: unknown, file: string): Replayed[] {
  const parsed = recordingSchema.safeParse(recording);
  if (!parsed.success) throw new Error(`${file}: no recording of check_env: ${z.prettifyError(parsed.error)}`);
  const counted = ({ id }: { id?: unknown }, kind = ''): boolean =>
    !(String(id) in SKIPPED) && !(`${kind}${id}` in SKIPPED);
  return [
    ...parsed.data.check_env
      .filter((row) => counted(row))
      .map(({ id, both, registered }) => ({
        name: `check_env ${id}`,
        steps: 1,
        difference: checked(id, (both ?? registered)?.verdict ?? 'silent'),
      })),
    ...parsed.data.passive
      .filter((row) => counted(row, 'passive '))
      .map((row) => ({
        name: `passive ${row.id}`,
        steps: 1,
        difference: watched(String(row.id), spoken(row)),
      })),
  ];
}

function checked(id: string, recorded: Verdict): string | null {
  if (id === 'good') {
    const { errors, warnings } = inspectEnv(() => goodEnv());
    const [first] = [...errors, ...warnings];
    return first ? `is told ${first.rule}: ${first.detail}` : null;
  }
  if (!(id in faults)) return 'ours has no such environment';
  const [rule, make] = faults[id];
  const report = inspectEnv((how) => make(how) as Env, { steps: 2_000, skip: ['memory-flat'] });
  const least = recorded === 'silent' ? 'warning' : recorded;
  if (STRICTNESS.indexOf(verdictOf(report)) < STRICTNESS.indexOf(least))
    return `our verdict is ${verdictOf(report)}, recorded ${recorded}`;
  const told = [...report.errors, ...report.warnings].map((finding) => finding.rule);
  return told.includes(rule) ? null : `is told ${told.join(', ')}, expected ${rule}`;
}

const verdictOf = ({ errors, warnings }: Report): Verdict =>
  errors.length > 0 ? 'error' : warnings.length > 0 ? 'warning' : 'silent';

/** The calls in which PassiveEnvChecker said something. */
function spoken(row: Record<string, unknown>): string[] {
  const calls = (row.calls as { call: string }[]).map(({ call }) => call);
  return Object.hasOwn(row, 'constructor') ? ['constructor', ...calls] : calls;
}

/** Ours must speak in each of those calls, unless it refused to go on before; and not at all about the good one. */
function watched(id: string, recorded: readonly string[]): string | null {
  if (id !== 'good' && !(id in faults)) return 'ours has no such environment';
  const { ours, stopped } = watch(() => (id === 'good' ? goodEnv() : (faults[id][1]({}) as Env)));
  if (id === 'good') return ours.length > 0 ? `ours speaks in ${ours.join(', ')}` : null;
  const missing = recorded.find((call) => !ours.includes(call));
  return missing === undefined || stopped ? null : `ours is silent in ${missing}, recorded ${recorded.join(', ')}`;
}

function watch(make: () => Env): { ours: string[]; stopped: boolean } {
  const ours: string[] = [];
  /** @returns whether it went through */
  const call = (name: string, act: () => unknown): boolean => {
    let through = true;
    const { warnings } = collectWarnings(() => {
      try {
        act();
      } catch {
        through = false;
      }
    });
    if (!through || warnings.length > 0) ours.push(name);
    return through;
  };
  let env = make();
  if (!call('constructor', () => (env = wrap(env, passiveEnvChecker())))) return { ours, stopped: true };
  if (!call('reset', () => env.reset({ seed: 1 }))) return { ours, stopped: true };
  for (let k = 0; k < 2; k++) call('step', () => env.step(env.actionSpace.sample()));
  for (let k = 0; k < 2; k++) call('close', () => env.close());
  return { ours, stopped: false };
}
