/**
 * Counter-based random numbers, the float64 twin of `shaders/lib/rng.wgsl`.
 *
 * A draw is a pure function of (seed, step, stream, index): no state, so noise can be
 * recomputed anywhere, a snapshot resumes exactly and lanes share noise by sharing the seed.
 * The hash is pcg4d (Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020).
 * One hash of (seed, step, stream, index >> 2) serves four consecutive indices.
 */

/** What a draw is for; draws of different streams are independent. */
export const STREAM = {
  batch: 0,
  latent: 1,
  init: 2,
  data: 3,
  basis: 4,
  latent2: 5,
} as const;
export type Stream = keyof typeof STREAM;

/** Four hashed words. */
export type Words = [number, number, number, number];

/** pcg4d: four words in, four well-mixed words out (all unsigned 32-bit). */
export function pcg4d(
  x: number,
  y: number,
  z: number,
  w: number,
  out: Words,
): Words {
  let a = (Math.imul(x, 1664525) + 1013904223) | 0;
  let b = (Math.imul(y, 1664525) + 1013904223) | 0;
  let c = (Math.imul(z, 1664525) + 1013904223) | 0;
  let d = (Math.imul(w, 1664525) + 1013904223) | 0;
  a = (a + Math.imul(b, d)) | 0;
  b = (b + Math.imul(c, a)) | 0;
  c = (c + Math.imul(a, b)) | 0;
  d = (d + Math.imul(b, c)) | 0;
  a ^= a >>> 16;
  b ^= b >>> 16;
  c ^= c >>> 16;
  d ^= d >>> 16;
  a = (a + Math.imul(b, d)) | 0;
  b = (b + Math.imul(c, a)) | 0;
  c = (c + Math.imul(a, b)) | 0;
  d = (d + Math.imul(b, c)) | 0;
  out[0] = a >>> 0;
  out[1] = b >>> 0;
  out[2] = c >>> 0;
  out[3] = d >>> 0;
  return out;
}

/**
 * A word's top 24 bits as a number strictly inside (0, 1).
 *
 * It has up to 25 significant bits: exact in float64; the shader keeps it as an integer over 2^25,
 * since float32 would round the largest to 1.
 */
export function toUnit(word: number): number {
  return ((word >>> 8) + 0.5) * 2 ** -24;
}

const words: Words = [0, 0, 0, 0];

/** Uniform draw in (0, 1). */
export function uniform(
  seed: number,
  step: number,
  stream: Stream,
  index: number,
): number {
  pcg4d(seed, step, STREAM[stream], index >>> 2, words);
  return toUnit(words[index & 3]);
}

/**
 * Uniform draw of an integer in [0, count), count <= 2^23.
 *
 * The product is rounded to float32 as on the GPU, so both pick the same row.
 */
export function uniformInt(
  seed: number,
  step: number,
  stream: Stream,
  index: number,
  count: number,
): number {
  return Math.min(
    count - 1,
    Math.floor(Math.fround(uniform(seed, step, stream, index) * count)),
  );
}

/** Standard normal draw (Box-Muller; words 0, 1 make draws 0, 1 and words 2, 3 make draws 2, 3). */
export function normal(
  seed: number,
  step: number,
  stream: Stream,
  index: number,
): number {
  pcg4d(seed, step, STREAM[stream], index >>> 2, words);
  const pair = index & 2;
  const radius = Math.sqrt(-2 * Math.log(toUnit(words[pair])));
  const angle = 2 * Math.PI * toUnit(words[pair + 1]);
  return radius * (index & 1 ? Math.sin(angle) : Math.cos(angle));
}

/** Fills `out` with normal draws of indices 0, 1, 2, ... */
export function fillNormal(
  out: Float64Array | Float32Array,
  seed: number,
  step: number,
  stream: Stream,
): void {
  for (let block = 0; block < out.length; block += 4) {
    pcg4d(seed, step, STREAM[stream], block >>> 2, words);
    for (let pair = 0; pair < 4; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(toUnit(words[pair])));
      const angle = 2 * Math.PI * toUnit(words[pair + 1]);
      if (block + pair < out.length)
        out[block + pair] = radius * Math.cos(angle);
      if (block + pair + 1 < out.length)
        out[block + pair + 1] = radius * Math.sin(angle);
    }
  }
}
