// Counter-based random numbers, the twin of src/math/rng.ts.
//
// pcg4d: Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020.
// A word w stands for u = (2 (w >> 8) + 1) / 2^25, exactly. log and sin/cos are polynomials in
// an exactly reduced argument, built from + and * only, so that every device draws the same
// noise to a few units in the last place; built-in log and cos differ by thousands near 0.

const STREAM_BATCH = 0u;
const STREAM_LATENT = 1u;

fn pcg4d(counter: vec4u) -> vec4u {
  var v = counter * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  return v;
}

// ln(u) of two words. u = 2^-e (1 + x), x in [sqrt(1/2) - 1, sqrt(2) - 1], both exact:
// ln(1 + x) = x - x^2 / 2 + x^3 p(x).
fn logUnit(words: vec2u) -> vec2f {
  let m = (words >> vec2u(8u)) * 2u + 1u; // odd, below 2^25
  let top = firstLeadingBit(m); // 0 to 24
  let scaled = m << (vec2u(25u) - top); // 2^25 <= scaled < 2^26
  let high = scaled > vec2u(47453133u); // above sqrt(2) * 2^25: use half of it
  let one = select(vec2i(1 << 25u), vec2i(1 << 26u), high);
  // scaled has at most 25 significant bits and an even distance to `one`: exact in f32.
  let x = vec2f(vec2i(scaled) - one) * select(vec2f(2.98023223876953125e-8), vec2f(1.490116119384765625e-8), high);
  let e = vec2f(top) - 25.0 + select(vec2f(0.0), vec2f(1.0), high);
  var p = vec2f(7.0376836292e-2);
  p = p * x - 1.1514610310e-1;
  p = p * x + 1.1676998740e-1;
  p = p * x - 1.2420140846e-1;
  p = p * x + 1.4249322787e-1;
  p = p * x - 1.6668057665e-1;
  p = p * x + 2.0000714765e-1;
  p = p * x - 2.4999993993e-1;
  p = p * x + 3.3333331174e-1;
  let x2 = x * x;
  // ln 2 in two parts; the first has few enough bits that e * it is exact.
  var small = p * x * x2;
  small += e * -2.12194440e-4;
  small -= 0.5 * x2;
  return (x + small) + e * 0.693359375;
}

// (cos, sin)(2 pi u) of a word: quadrant q and r in [-1/8, 1/8], exact; polynomials in 2 pi r.
fn cosSinUnit(word: u32) -> vec2f {
  let m = (word >> 8u) * 2u + 1u;
  let q = (m + (1u << 22u)) >> 23u;
  let r = f32(i32(m) - i32(q << 23u)) * 2.98023223876953125e-8;
  let t = r * 6.283185307179586;
  let t2 = t * t;
  let sine = t + t * t2 * ((-1.9515295891e-4 * t2 + 8.3321608736e-3) * t2 - 1.6666654611e-1);
  let cosine = 1.0 + (t2 * t2 *
    ((2.443315711809948e-5 * t2 - 1.388731625493765e-3) * t2 + 4.166664568298827e-2) - 0.5 * t2);
  let swapped = (q & 1u) == 1u;
  let c = select(cosine, sine, swapped);
  let s = select(sine, cosine, swapped);
  // cos is negative in quadrants 1 and 2, sin in quadrants 2 and 3.
  return vec2f(
    select(c, -c, ((q + 1u) & 2u) == 2u),
    select(s, -s, (q & 2u) == 2u));
}

// Standard normal draws of indices 4 quad .. 4 quad + 3.
fn normal4(seed: u32, step: u32, stream: u32, quad: u32) -> vec4f {
  let words = pcg4d(vec4u(seed, step, stream, quad));
  let radius = sqrt(-2.0 * logUnit(words.xz));
  return vec4f(radius.x * cosSinUnit(words.y), radius.y * cosSinUnit(words.w));
}

// floor(round_f32(u count)), at most count - 1, in integers; count <= 2^23.
//
// P = (2^25 u) count is taken apart in 12- and 13-bit halves. Rounding to f32 reaches the next
// integer only when the fraction is within half a unit of the last place of it.
fn uniformIndex(word: u32, count: u32) -> u32 {
  let m = (word >> 8u) * 2u + 1u;
  let mh = m >> 13u;
  let ml = m & 0x1fffu;
  let ch = count >> 12u;
  let cl = count & 0xfffu;
  let low = ml * cl;
  let middle = 2u * mh * cl + ml * ch + (low >> 12u);
  let whole = mh * ch + (middle >> 13u);
  let fraction = ((middle & 0x1fffu) << 12u) | (low & 0xfffu);
  let near = (1u << 25u) - fraction <= (1u << (32u - countLeadingZeros(whole)));
  return min(whole + select(0u, 1u, near), count - 1u);
}

// Draw of index i.
fn batchRow(seed: u32, step: u32, i: u32, count: u32) -> u32 {
  let words = pcg4d(vec4u(seed, step, STREAM_BATCH, i >> 2u));
  return uniformIndex(words[i & 3u], count);
}

// Draws of indices 4 quad .. 4 quad + 3.
fn batchRows(seed: u32, step: u32, quad: u32, count: u32) -> vec4u {
  let words = pcg4d(vec4u(seed, step, STREAM_BATCH, quad));
  return vec4u(
    uniformIndex(words.x, count),
    uniformIndex(words.y, count),
    uniformIndex(words.z, count),
    uniformIndex(words.w, count));
}
