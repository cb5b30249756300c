/** Specs as data: complete, as JSON and back, and one error for each field that is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSpec, type EnvSpec, specFromJson, specText, specToJson } from '../../../env/gym/spec.js';

const json = fc.jsonValue({ maxDepth: 2 });
const record = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), json, { maxKeys: 3 });
const specs: fc.Arbitrary<EnvSpec> = fc
  .record({
    id: fc.stringMatching(/^([a-z]{1,5}\/)?[A-Z][a-z]{0,8}(-v[0-9])?$/),
    entryPoint: fc.option(fc.stringMatching(/^[A-Z]{1,5}$/)),
    rewardThreshold: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    nondeterministic: fc.boolean(),
    maxEpisodeSteps: fc.option(fc.integer({ min: 1 })),
    orderEnforce: fc.boolean(),
    disableEnvChecker: fc.boolean(),
    kwargs: record,
    additionalWrappers: fc.array(fc.record({ name: fc.stringMatching(/^[A-Z][a-z]+$/), options: record }), {
      maxLength: 2,
    }),
    vectorEntryPoint: fc.option(fc.stringMatching(/^[A-Z]{1,5}$/)),
  })
  .map((spec) => JSON.parse(JSON.stringify(spec)));

describe('JSON', () => {
  it('gives any spec back', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(specFromJson(specToJson(spec))).toEqual(spec);
      }),
      { numRuns: 100 },
    );
  });

  it('may leave out what has a default', () => {
    expect(specFromJson('{"id":"A-v0"}')).toEqual({
      id: 'A-v0',
      entryPoint: null,
      rewardThreshold: null,
      nondeterministic: false,
      maxEpisodeSteps: null,
      orderEnforce: true,
      disableEnvChecker: false,
      kwargs: {},
      additionalWrappers: [],
      vectorEntryPoint: null,
    });
  });

  it.each([
    ['{', /^the text of a spec is no JSON/],
    ['[]', /^a spec must be an object, not a list of 0$/],
    ['{}', /^spec: id is nothing, expected a text such as "Name-v0"$/],
    ['{"id":7}', /^spec: id is 7, expected a text/],
    ['{"id":"A v0"}', /^"A v0" is no environment id/],
    ['{"id":"A","entryPoint":""}', /^A: entryPoint is "", expected a name or null$/],
    ['{"id":"A","rewardThreshold":"5"}', /^A: rewardThreshold is "5", expected a finite number or null$/],
    ['{"id":"A","nondeterministic":0}', /^A: nondeterministic is 0, expected true or false$/],
    ['{"id":"A","maxEpisodeSteps":1.5}', /^A: maxEpisodeSteps is 1\.5, expected a whole number of steps above 0/],
    ['{"id":"A","orderEnforce":null}', /^A: orderEnforce is null, expected true or false$/],
    ['{"id":"A","kwargs":[]}', /^A: kwargs is a list of 0, expected an object$/],
    ['{"id":"A","maxSteps":5}', /^A: no field "maxSteps"/],
    ['{"id":"A","maxEpisodeStep":5}', /^A: no field "maxEpisodeStep": did you mean "maxEpisodeSteps"/],
    ['{"id":"A","additionalWrappers":{}}', /^A: additionalWrappers is .*, expected a list of wrappers$/],
    ['{"id":"A","additionalWrappers":[3]}', /^A: additionalWrappers\[0\] is 3, expected \{ name, options \}$/],
    ['{"id":"A","additionalWrappers":[{"nam":1}]}', /^A: additionalWrappers\[0\]: no field "nam": did you mean "name"/],
    [
      '{"id":"A","additionalWrappers":[{"name":1}]}',
      /^A: additionalWrappers\[0\]: name is 1, expected the name of a wrapper$/,
    ],
    [
      '{"id":"A","additionalWrappers":[{"name":"B"}]}',
      /^A: additionalWrappers\[0\]: options is nothing, expected an object/,
    ],
  ])('%s is refused', (text, message) => {
    expect(() => specFromJson(text)).toThrow(message);
  });

  it('cannot say a function', () => {
    const additionalWrappers = [{ name: 'TransformReward', options: { f: () => 0 } }];
    expect(() => specToJson(completeSpec({ id: 'A-v0', additionalWrappers }))).toThrow(
      'A-v0: options of TransformReward.f is a function, which JSON cannot say',
    );
  });
});

it('specText has a line for each field and wrapper', () => {
  const additionalWrappers = [{ name: 'ClipReward', options: { maxReward: 1 } }];
  const lines = specText(completeSpec({ id: 'A-v0', kwargs: { size: 2 }, additionalWrappers })).split('\n');
  expect(lines[0]).toBe('id="A-v0"');
  expect(lines).toContain('kwargs={"size":2}');
  expect(lines.join('\n')).toContain('additionalWrappers=[\n  ClipReward {"maxReward":1}\n]');
  expect(specText(completeSpec({ id: 'A-v0' }))).toContain('additionalWrappers=[]\n');
});
