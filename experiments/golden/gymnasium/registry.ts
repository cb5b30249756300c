/** Recorded behaviour of the registry: ids, scenes of register and make, specs as JSON. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseId } from '../../../env/gym/id.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import type { Replayed } from '../replayed.js';
import { newStage, playCall, type Stage } from './scenes.js';
import { replaySpec, specSchema } from './specs.js';

/** Calls that exist only in Python. */
export const SKIPPED: Readonly<Record<string, string>> = {
  "bad ids: make 'no_such_module:D-v0'": 'an id does not import a module here',
  'spec a callable entry point': 'code is always registered under a name, so that every spec has its JSON',
};

/** Recorded faults that ours does not repeat: what the right answer is. */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  "bad ids: make 'a:b:D-v0'": 'one clear error: there is no such name',
  'id A-v9999999999999999999': 'refused: no number holds this version exactly',
  'spec from_json without additional_wrappers': 'none: the field may be left out',
};

const errorSchema = z.object({ type: z.string(), message: z.string() });
const outcomeSchema = z.object({
  result: z.unknown().optional(),
  error: errorSchema.optional(),
  warnings: z.array(z.object({ message: z.string(), times: z.number().optional() })).optional(),
});
const recordingSchema = z.object({
  ids: z.array(
    z.object({
      id: z.string(),
      namespace: z.string().nullish(),
      name: z.string().optional(),
      version: z.union([z.number(), z.string()]).nullish(),
      error: errorSchema.optional(),
    }),
  ),
  scenes: z.array(z.object({ scene: z.string(), steps: z.array(outcomeSchema.extend({ do: z.string() })) })),
  specs: z.array(specSchema),
});

type Recording = z.infer<typeof recordingSchema>;
type RecordedId = Recording['ids'][number];
type Outcome = z.infer<typeof outcomeSchema>;

/** @throws Error if the recording has another form */
export function replayRegistry(recording: unknown, file: string): Replayed[] {
  const parsed = recordingSchema.safeParse(recording);
  if (!parsed.success) throw new Error(`${file}: no recording of a registry: ${z.prettifyError(parsed.error)}`);
  const counted = [...cases(parsed.data)].filter(([name]) => !(name in SKIPPED));
  return counted.map(([name, difference]) => ({ name, steps: 1, difference: difference(name in DEVIATIONS) }));
}

type Case = readonly [name: string, difference: (deviates: boolean) => string | null];

function* cases({ ids, scenes, specs }: Recording): Generator<Case> {
  for (const row of ids) yield [`id ${row.id}`, (deviates) => replayId(row, deviates)];
  for (const { scene, steps } of scenes) {
    const stage = newStage();
    for (const step of steps) yield [`${scene}: ${step.do}`, (deviates) => replayCall(step.do, step, stage, deviates)];
  }
  for (const row of specs) yield [`spec ${row.case}`, (deviates) => replaySpec(row, deviates)];
}

function replayId(row: RecordedId, deviates: boolean): string | null {
  let ours: ReturnType<typeof parseId>;
  try {
    ours = parseId(row.id);
  } catch (error) {
    if (row.error || deviates) return null;
    return `ours throws (${(error as Error).message})`;
  }
  if (row.error) return `ours is ${JSON.stringify(ours)}, recorded ${row.error.message}`;
  const { namespace, name, version } = ours;
  const same = namespace === row.namespace && name === row.name && version === row.version;
  return same ? null : `ours is ${JSON.stringify(ours)}, recorded ${JSON.stringify(row)}`;
}

function replayCall(words: string, recorded: Outcome, stage: Stage, deviates: boolean): string | null {
  const { value: ours, warnings } = collectWarnings((): { value?: unknown; error?: Error } => {
    try {
      return { value: playCall(words, stage) };
    } catch (error) {
      return { error: error as Error };
    }
  });
  if (deviates) return ours.error ? null : `ours gives ${JSON.stringify(ours.value)}, expected an error`;
  return (
    differentWarnings(warnings, recorded) ??
    (recorded.error ? differentError(ours, recorded.error) : differentValue(ours, recorded.result))
  );
}

/** As many, and each names what the recorded one names. */
function differentWarnings(ours: readonly string[], { warnings = [] }: Outcome): string | null {
  if (ours.length !== warnings.length)
    return `ours warns ${ours.length} times (${ours.join(' ')}), recorded ${warnings.length} times`;
  const vague = warnings.findIndex(({ message }, k) => !namesAll(ours[k], message));
  return vague < 0 ? null : `ours warns ${ours[vague]}, recorded ${warnings[vague].message}`;
}

/** Our own kinds of errors must be the recorded ones; any error will do for Python's. */
const KINDS = ['NamespaceNotFound', 'NameNotFound', 'VersionNotFound', 'DeprecatedEnv', 'RegistrationError'];

function differentError(
  ours: { value?: unknown; error?: Error },
  recorded: z.infer<typeof errorSchema>,
): string | null {
  const { error } = ours;
  if (!error) return `ours gives ${JSON.stringify(ours.value)}, recorded ${recorded.message}`;
  if (KINDS.includes(recorded.type) && error.name !== recorded.type)
    return `ours throws ${error.name}, recorded ${recorded.type}`;
  return namesAll(error.message, recorded.message)
    ? null
    : `ours throws ${error.message}, recorded ${recorded.message}`;
}

/** Whether a sentence of ours has every environment, namespace and version that the recorded one puts between backticks. */
const namesAll = (ours: string, recorded: string): boolean =>
  [...recorded.matchAll(/`([A-Za-z0-9/-]+)`/g)].every(([, name]) => ours.includes(name));

function differentValue({ value, error }: { value?: unknown; error?: Error }, recorded: unknown): string | null {
  if (error) return `ours throws ${error.message}, recorded ${JSON.stringify(recorded)}`;
  return same(value, recorded) ? null : `ours gives ${JSON.stringify(value)}, recorded ${JSON.stringify(recorded)}`;
}

/** Texts count the same if they differ in runs of spaces only. */
const same = (ours: unknown, recorded: unknown): boolean => isDeepStrictEqual(spaced(ours), spaced(recorded));
const spaced = (x: unknown): unknown => (typeof x === 'string' ? x.replace(/ +/g, ' ') : x);
