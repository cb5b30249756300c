/** The rule about pictures. */
import type { Env } from '../../env.js';
import { kindOf } from '../../spaces/kind-of.js';
import type { Rule, Subject } from '../rule.js';

/** What a mode must give; other modes must give something. */
const EXPECTED: Readonly<Record<string, readonly [is: (frame: unknown) => boolean, words: string]>> = {
  ansi: [(frame) => typeof frame === 'string', 'text'],
  svg: [(frame) => typeof frame === 'string', 'text'],
  png: [(frame) => frame instanceof Uint8Array, 'bytes'],
  rgb_array: [(frame) => frame instanceof Uint8Array, 'bytes'],
  human: [() => true, 'anything'],
};

/** Environments to render with: one a mode where they can be made, else the one there is. */
function inModes({ env, fresh }: Subject): Env[] {
  const made = env.metadata.renderModes.map((mode) => fresh(mode)).filter((one) => one !== null);
  if (made.length > 0) return made;
  return env.renderMode === null ? [] : [env];
}

export const renders: Rule = {
  name: 'renders',
  sentence: 'Each declared render mode renders, in the form that its name promises.',
  level: 'error',
  *check(subject) {
    for (const env of inModes(subject)) {
      const mode = env.renderMode ?? 'null';
      if (!env.metadata.renderModes.includes(mode)) yield `renderMode is ${mode}, which metadata does not name`;
      env.reset({ seed: subject.seed });
      const frame: unknown = env.render();
      const frames = mode.endsWith('_list') && Array.isArray(frame) ? frame : [frame];
      const [is, words] = EXPECTED[mode.replace(/_list$/, '')] ?? [(one: unknown) => one != null, 'something to see'];
      const wrong = frames.findIndex((one) => !is(one));
      if (wrong >= 0) yield `${mode} gave ${kindOf(frames[wrong])}, expected ${words}`;
      if (env !== subject.env) env.close();
    }
  },
};
