/**
 * The forward pass of BERT (Devlin et al. 2019) in TensorFlow.js: what its last layers make of a text, in the mean over its tokens.
 *
 *     x₀ = norm(word + position + segment)
 *     a  = norm(xₗ + softmax(Q·Kᵀ/√d)·V·Wᴼ)          heads of width d; normed over a token's numbers
 *     xₗ₊₁ = norm(a + gelu(a·W₁)·W₂)                  gelu x = x·Φ(x)
 *
 * Means of inner layers know more of form and task than the last one, which was trained to tell texts apart.
 */
import type { Tensor, Tensor2D, Tensor3D, Tf } from '../tensor.js';
import type { EncoderFolder } from './folder.js';

export interface Bert {
  /** Layers whose means are told. */
  readonly parts: number;
  /** Numbers each. */
  readonly hidden: number;
  /** Means over the tokens [parts × hidden], the last layer's behind. */
  means(ids: readonly number[]): Float32Array;
}

/** Layers from the end that are told. */
const TOLD = 3;

/** @throws Error naming a tensor that the folder has not */
export function bert(tf: Tf, { config, weights }: EncoderFolder): Bert {
  const { hidden_size: hidden, num_attention_heads: heads, intermediate_size: inner } = config;
  const width = hidden / heads;
  const norm = (name: string) => ({
    scale: tf.tensor1d(weights(`${name}.weight`, [hidden])),
    shift: tf.tensor1d(weights(`${name}.bias`, [hidden])),
  });
  const dense = (name: string, from: number, to: number) => ({
    // Files hold a row an output; products are fast the other way round.
    kernel: tf.tidy(() => tf.transpose(tf.tensor2d(weights(`${name}.weight`, [to, from]), [to, from]))) as Tensor2D,
    bias: tf.tensor1d(weights(`${name}.bias`, [to])),
  });
  const words = weights('embeddings.word_embeddings.weight', [config.vocab_size, hidden]);
  const places = weights('embeddings.position_embeddings.weight', [config.max_position_embeddings, hidden]);
  // A text alone is of the first segment.
  const segments = weights('embeddings.token_type_embeddings.weight', [config.type_vocab_size, hidden]);
  const first = norm('embeddings.LayerNorm');
  const layers = Array.from({ length: config.num_hidden_layers }, (_, k) => {
    const at = (part: string): string => `encoder.layer.${k}.${part}`;
    return {
      query: dense(at('attention.self.query'), hidden, hidden),
      key: dense(at('attention.self.key'), hidden, hidden),
      value: dense(at('attention.self.value'), hidden, hidden),
      attended: dense(at('attention.output.dense'), hidden, hidden),
      attendedNorm: norm(at('attention.output.LayerNorm')),
      up: dense(at('intermediate.dense'), hidden, inner),
      down: dense(at('output.dense'), inner, hidden),
      norm: norm(at('output.LayerNorm')),
    };
  });

  const product = (x: Tensor, { kernel, bias }: ReturnType<typeof dense>): Tensor2D =>
    tf.add(tf.matMul(x as Tensor2D, kernel), bias);
  function normed(x: Tensor, { scale, shift }: ReturnType<typeof norm>): Tensor2D {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), config.layer_norm_eps));
    return tf.add(tf.mul(tf.div(centred, deviation), scale), shift);
  }
  /** [tokens × hidden] → [heads × tokens × width] */
  const byHead = (x: Tensor2D): Tensor3D => tf.transpose(tf.reshape(x, [-1, heads, width]), [1, 0, 2]);
  function attention(x: Tensor2D, layer: (typeof layers)[number]): Tensor2D {
    const [query, key, value] = [layer.query, layer.key, layer.value].map((one) => byHead(product(x, one)));
    const shares = tf.softmax(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(width)));
    return tf.reshape(tf.transpose(tf.matMul(shares, value), [1, 0, 2]), [-1, hidden]);
  }
  const gelu = (x: Tensor2D): Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

  const parts = Math.min(TOLD, layers.length);
  return {
    parts,
    hidden,
    means(ids) {
      const given = new Float32Array(ids.length * hidden);
      ids.forEach((id, token) => {
        for (let k = 0; k < hidden; k++)
          given[token * hidden + k] = words[id * hidden + k] + places[token * hidden + k] + segments[k];
      });
      const means = tf.tidy(() => {
        let x = normed(tf.tensor2d(given, [ids.length, hidden]), first);
        const told: Tensor[] = [];
        layers.forEach((layer, k) => {
          const seen = normed(tf.add(x, product(attention(x, layer), layer.attended)), layer.attendedNorm);
          x = normed(tf.add(seen, product(gelu(product(seen, layer.up)), layer.down)), layer.norm);
          if (k >= layers.length - parts) told.push(tf.mean(x, 0));
        });
        return tf.concat(told);
      });
      const values = means.dataSync<'float32'>();
      means.dispose();
      return Float32Array.from(values);
    },
  };
}
