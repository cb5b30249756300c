/** Names of environments: `namespace/Name-vN`, where namespace and version may be absent. */

export interface EnvId {
  readonly namespace: string | null;
  readonly name: string;
  readonly version: number | null;
}

/** Letters of any script, digits, `_`, `-`, `:`; in names `.` too. A `v` that no whole number follows is part of the name. */
const FORM = /^(?:([\p{L}\p{N}_:-]+)\/)?([\p{L}\p{N}_:.-]+?)(?:-v(\d+))?$/u;

/** @throws Error if it has not that form, or a version that no number holds exactly */
export function parseId(id: string): EnvId {
  const parts = FORM.exec(id);
  if (!parts)
    throw new Error(
      `${JSON.stringify(id)} is no environment id: expected [namespace/]Name[-vN], of letters, digits and _ : . -`,
    );
  const [, namespace = null, name, digits] = parts;
  const version = digits === undefined ? null : Number(digits);
  if (version !== null && !Number.isSafeInteger(version))
    throw new Error(`${id}: version ${digits} is above ${Number.MAX_SAFE_INTEGER}`);
  return { namespace, name, version };
}

/** The id as it is written: `A-v01` is `A-v1`. */
export const formatId = ({ namespace, name, version }: EnvId): string =>
  `${namespace === null ? '' : `${namespace}/`}${name}${version === null ? '' : `-v${version}`}`;
