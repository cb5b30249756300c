/** The thread on which an encoder computes: TensorFlow.js starts asynchronously, and who asks must not have to wait in that way. */
import { serve } from '../../env/gym/vector/threads.js';
import { initBackend } from '../tensor.js';
import { bert } from './bert.js';
import { readEncoderFolder } from './folder.js';

/** What is asked: about the encoder, or for a text's means. */
export type Asked = { readonly about: true } | { readonly text: string };
export interface About {
  readonly sha256: string;
  readonly parts: number;
  readonly hidden: number;
}
export type Told = About | Float32Array;

/** Tokens that are read of a text. */
const MOST_TOKENS = 256;

await serve<string, Asked, Told>(async (folder) => {
  const read = readEncoderFolder(folder);
  const { tf } = await initBackend('wasm');
  const model = bert(tf, read);
  const most = Math.min(MOST_TOKENS, read.config.max_position_embeddings);
  return (asked) => {
    if ('about' in asked) return { sha256: read.sha256, parts: model.parts, hidden: model.hidden };
    const means = model.means(read.tokens(asked.text, most));
    if (!means.every(Number.isFinite)) throw new Error(`${folder}: the encoder makes no numbers of a text`);
    return means;
  };
});
