/** Recorded specs: as JSON, read back, printed, and made again. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseId } from '../../../env/gym/id.js';
import { make } from '../../../env/gym/make.js';
import { type Registry, register } from '../../../env/gym/registry.js';
import { completeSpec, type EnvSpec, specFromJson, specText, specToJson } from '../../../env/gym/spec.js';
import { transformReward } from '../../../env/gym/wrappers/transform.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import { notation, plain } from './plain.js';
import { camelKeys, literal } from './python.js';

export const specSchema = z.object({
  case: z.string(),
  json: z.record(z.string(), z.unknown()).optional(),
  namespace: z.string().nullish(),
  name: z.string().optional(),
  version: z.number().nullish(),
  pprint: z.string().optional(),
  remade: z.string().optional(),
  error: z.object({ message: z.string() }).optional(),
});

type Row = z.infer<typeof specSchema>;

/** @param deviates recorded as an error where ours has an answer */
export function replaySpec(row: Row, deviates: boolean): string | null {
  if (row.json) return replayJson(row, row.json);
  const act = REFUSED[row.case];
  if (!act) return 'ours knows no such case';
  try {
    act();
  } catch (error) {
    return deviates ? `ours throws ${(error as Error).message}` : null;
  }
  return deviates ? null : `ours does not throw, recorded ${row.error?.message}`;
}

/** A registry with one environment under the recorded name of its code. */
function oneRegistered(spec: EnvSpec): Registry {
  const registry: Registry = new Map();
  register({ id: spec.id, entryPoint: spec.entryPoint }, plain, registry);
  return registry;
}

interface RecordedWrapper {
  readonly name: string;
  readonly kwargs: Record<string, unknown>;
}

/** The recorded fields in our spelling; Python's entry points of wrappers have no counterpart. */
function ourSpec(json: Record<string, unknown>): EnvSpec {
  const wrappers = (json.additional_wrappers as RecordedWrapper[]).map(({ name, kwargs }) => ({
    name,
    options: camelKeys(kwargs),
  }));
  return completeSpec({ ...camelKeys(json), additionalWrappers: wrappers } as unknown as EnvSpec);
}

function replayJson(row: Row, json: Record<string, unknown>): string | null {
  const spec = ourSpec(json);
  const text = specToJson(spec);
  if (!isDeepStrictEqual(specFromJson(text), spec)) return `ours comes back from JSON as ${text}`;
  const { namespace, name, version } = parseId(spec.id);
  if (namespace !== row.namespace || name !== row.name || version !== row.version)
    return `${spec.id} is parsed otherwise`;
  const env = make(spec, {}, oneRegistered(spec));
  const remade = row.remade?.replace(/^<(\w+) object>$/, `<$1<${spec.id}>>`);
  if (notation(env) !== remade) return `ours is made as ${notation(env)}, recorded ${remade}`;
  if (!isDeepStrictEqual(env.spec, spec)) return `what is made says ${JSON.stringify(env.spec)}, made from ${text}`;
  return missingLine(specText(spec), row.pprint ?? '');
}

/** Every recorded line `field=value` must be one of ours, in our spelling. */
function missingLine(ours: string, recorded: string): string | null {
  const lines = recorded.split('\n').flatMap((line) => {
    const [, field, value] = /^(\w+)=([^[].*|\[\])$/.exec(line) ?? [];
    const [, wrapper] = /^\tname=(\w+)/.exec(line) ?? [];
    if (wrapper) return [`  ${wrapper} `];
    if (field === undefined) return [];
    const shown = /^(True|False|None|[\d.]+|\[\])$/.test(value)
      ? JSON.stringify(literal(value))
      : JSON.stringify(value);
    return [`${Object.keys(camelKeys({ [field]: 0 }))[0]}=${shown}`];
  });
  const missing = lines.find((line) => !ours.includes(line));
  return missing === undefined ? null : `ours prints no ${missing}`;
}

/** What must be refused. */
const REFUSED: Readonly<Record<string, () => unknown>> = {
  'a wrapper with a function': () => {
    const spec = completeSpec({ id: 'J-v2', entryPoint: 'J-v2' });
    const env = wrap(
      make(spec, {}, oneRegistered(spec)),
      transformReward((reward) => reward),
    );
    return specToJson(env.spec as EnvSpec);
  },
  'from_json without id': () => specFromJson('{"additionalWrappers": []}'),
  'from_json with an unknown field': () => specFromJson('{"id": "A-v0", "colour": 1, "additionalWrappers": []}'),
  'from_json without additional_wrappers': () => specFromJson('{"id": "A-v0"}'),
  'from_json of a bad wrapper': () => specFromJson('{"id": "A-v0", "additionalWrappers": [{"nam": 1}]}'),
  'from_json of no JSON': () => specFromJson('{'),
  'make of a spec without entry point': () => make(completeSpec({ id: 'L-v0' }), {}, new Map()),
};
