/** Names, versions and namespaces: which environment an id means, and what is said where it means none. */
import { describe, expect, it } from 'vitest';
import {
  DeprecatedEnv,
  NameNotFound,
  NamespaceNotFound,
  RegistrationError,
  UnregisteredEnv,
  VersionNotFound,
} from '../../../env/gym/errors.js';
import { formatId, parseId } from '../../../env/gym/id.js';
import { pprintRegistry, type Registry, register, registry, resolve, spec } from '../../../env/gym/registry.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import { countingEnv } from './check/counting.js';

const code = (): ReturnType<typeof countingEnv> => countingEnv();

function withIds(...ids: string[]): Registry {
  const own: Registry = new Map();
  for (const id of ids) register({ id }, code, own);
  return own;
}

describe('ids', () => {
  it.each([
    ['A-v0', { namespace: null, name: 'A', version: 0 }],
    ['ns/A', { namespace: 'ns', name: 'A', version: null }],
    ['my-ns/My-Env-v12', { namespace: 'my-ns', name: 'My-Env', version: 12 }],
    ['A-v', { namespace: null, name: 'A-v', version: null }],
  ])('%s', (id, parts) => {
    expect(parseId(id)).toEqual(parts);
    expect(formatId(parseId(id))).toBe(id);
  });

  it.each(['', 'a/b/c-v0', '/A', 'A v0', 'A-v0\n', 'A@-v0', 'A-v99999999999999999'])('%j is none', (id) => {
    expect(() => parseId(id)).toThrow(/is no environment id|is above/);
  });

  it('01 is 1', () => {
    const own = withIds('A-v01');
    expect([...own.keys()]).toEqual(['A-v1']);
    expect(spec('A-v1', own)).toBe(spec('A-v001', own));
  });
});

describe('versions', () => {
  const own = withIds('A-v1', 'A-v3', 'A-v2', 'B', 'ns/Queue-v0', 'ns/Query-v0');

  it.each([
    ['A-v3', 'A-v3', []],
    ['A', 'A-v3', ['A has no version: A-v3, the newest, is used']],
    ['A-v1', 'A-v1', ['A-v1 is out of date: A-v3 is the newest version']],
    ['B', 'B', []],
    ['ns/Queue', 'ns/Queue-v0', ['ns/Queue has no version: ns/Queue-v0, the newest, is used']],
  ])('%s means %s', (id, meant, warned) => {
    const { value, warnings } = collectWarnings(() => resolve(id, own));
    expect(value.id).toBe(meant);
    expect(warnings).toEqual(warned);
  });

  it.each([
    ['A-v0', DeprecatedEnv, 'A-v0 is not there any more: use A-v3'],
    ['A-v9', VersionNotFound, 'no version v9 of A is registered; there are v1, v2, v3'],
    ['B-v0', DeprecatedEnv, 'B has no versions'],
    ['a-v3', NameNotFound, 'no environment a is registered: did you mean "A"?'],
    ['Zebra-v0', NameNotFound, 'no environment Zebra is registered; there are A, B'],
    ['ms/Queue-v0', NamespaceNotFound, 'no namespace ms is registered: did you mean "ns"?'],
    ['ns/Quere-v0', NameNotFound, 'no environment Quere is registered in namespace ns: did you mean "Que'],
  ])('%s is not there', (id, kind, message) => {
    const { value } = collectWarnings(() => {
      try {
        return resolve(id, own);
      } catch (error) {
        return error;
      }
    });
    expect(value).toBeInstanceOf(kind);
    expect((value as Error).name).toBe(kind.name);
    expect((value as Error).message).toContain(message);
  });

  it('spec takes no newest version for another', () => {
    expect(() => spec('A', own)).toThrow(UnregisteredEnv);
    expect(() => spec('A', own)).toThrow('A has no version: there are v1, v2, v3');
  });
});

describe('register', () => {
  it('refuses names both with and without versions', () => {
    expect(() => register({ id: 'A' }, code, withIds('A-v0'))).toThrow('A cannot be registered beside A-v0');
    expect(() => register({ id: 'A-v0' }, code, withIds('A'))).toThrow(RegistrationError);
    expect(() => register({ id: 'ns/A' }, code, withIds('A-v0'))).not.toThrow();
  });

  it('refuses what nothing makes', () => {
    expect(() => register({ id: 'A-v0' }, {}, new Map())).toThrow(
      'A-v0 has neither an entry point nor a vector entry point',
    );
  });

  it('warns where it replaces', () => {
    const own = withIds('A-v0');
    const { warnings } = collectWarnings(() => register({ id: 'A-v0', rewardThreshold: 3 }, code, own));
    expect(warnings).toEqual(['A-v0 was registered before and is replaced']);
    expect(spec('A-v0', own).rewardThreshold).toBe(3);
  });

  it('fills the registry of the package unless told otherwise', () => {
    register({ id: 'registry-test/A-v0' }, code);
    expect(registry.has('registry-test/A-v0')).toBe(true);
    registry.delete('registry-test/A-v0');
  });
});

it('pprintRegistry groups by namespace', () => {
  const own = withIds('A-v0', 'Longer-v1', 'ns/C-v0', 'B-v2', 'D-v0');
  expect(pprintRegistry(own)).toBe(
    ['===== no namespace =====', 'A-v0       Longer-v1  B-v2', 'D-v0', '===== ns =====', 'ns/C-v0'].join('\n'),
  );
  expect(pprintRegistry(own, 1).split('\n')).toHaveLength(7);
});
