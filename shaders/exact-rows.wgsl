// Exact-moment training of linear VAEs with many coordinates, four invocations a model.
//
// Formulas, and what such kernels share: `lib/exact-vae.wgsl`, `lib/exact-rates.wgsl`.
// Workgroup = one model. Invocation q owns coordinates q, q + 4, ... : weights stream through once
// to sum H and K and once to update them, and no step waits at a barrier, as an invocation reads
// the weights that it wrote. Of H and K only the tiles of 4 x 4 latents on and above the diagonal
// are summed and kept. Up to 4 BLOCKS latents, at most 32, any number of coordinates; padding
// computes exact zeros. Loops marked "unroll" are written out (`src/engine/unroll.ts`).
enable subgroups;

// Blocks of four latents: 1 to 8.
override BLOCKS: u32 = 8u;
// Whether the terms of each step are recorded.
override TERMS: bool = true;

// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<f32>;
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U [coordinates, latents]
@group(0) @binding(3) var<storage, read_write> arena: array<vec4f>;

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSum4(x: vec4f) -> vec4f {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSumTile(tile: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSum4(tile[0]), quadSum4(tile[1]), quadSum4(tile[2]), quadSum4(tile[3]));
}

fn diagonal(tile: mat4x4f) -> vec4f {
  return vec4f(tile[0].x, tile[1].y, tile[2].z, tile[3].w);
}

fn onDiagonal(x: vec4f) -> mat4x4f {
  return mat4x4f(x.x, 0.0, 0.0, 0.0, 0.0, x.y, 0.0, 0.0, 0.0, 0.0, x.z, 0.0, 0.0, 0.0, 0.0, x.w);
}

fn sum(x: vec4f) -> f32 {
  return dot(x, vec4f(1.0));
}

// 1 where a block has a latent, from the block's first on.
fn real(first: u32, latents: u32) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), vec4u(0u, 1u, 2u, 3u) + first < vec4u(latents));
}

// tile + x0 y0^T + x1 y1^T
fn addOuter(tile: mat4x4f, x0: vec4f, y0: vec4f, x1: vec4f, y1: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(x0, vec4f(y0.x), fma(x1, vec4f(y1.x), tile[0])),
    fma(x0, vec4f(y0.y), fma(x1, vec4f(y1.y), tile[1])),
    fma(x0, vec4f(y0.z), fma(x1, vec4f(y1.z), tile[2])),
    fma(x0, vec4f(y0.w), fma(x1, vec4f(y1.w), tile[3])),
  );
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize4(
  value: vec4f,
  first: ptr<function, vec4f>,
  second: ptr<function, vec4f>,
  gradient: vec4f,
  r: Rates,
) -> vec4f {
  *first = fma(vec4f(r.gain1), gradient, r.decay1 * *first);
  *second = fma(r.gain2 * gradient, gradient, r.decay2 * *second);
  return value - r.rate * *first / (sqrt(*second) + r.epsilon);
}

fn optimize(at: u32, stride: u32, value: vec4f, gradient: vec4f, r: Rates) {
  var first = arena[at + stride];
  var second = arena[at + 2u * stride];
  arena[at] = optimize4(value, &first, &second, gradient, r);
  arena[at + stride] = first;
  arena[at + 2u * stride] = second;
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) q: u32) {
  let place = step.model + group.x;
  let model = models[place];
  if (model.running == 0u) {
    if (q == 0u) {
      keepTerms(model.slot);
    }
    return;
  }
  // In vec4s.
  let weights = shape.weights / 4u;
  let stride = 2u * weights + BLOCKS;
  let base = place * 3u * stride;
  let variances = base + 2u * weights;
  let invA = model.invA;
  let prior = model.beta * model.invE;
  // The same in all four invocations, and written by the first.
  var logVar = array<vec4f, 8>();
  var first = array<vec4f, 8>();
  var second = array<vec4f, 8>();
  for (var n = 0u; n < BLOCKS; n++) { // unroll
    logVar[n] = arena[variances + n];
    first[n] = arena[variances + stride + n];
    second[n] = arena[variances + 2u * stride + n];
  }

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;
    let r = stepRates(model, index);

    // Tile (m, n) of rows of latents 4m and columns of latents 4n, m <= n, is n (n + 1) / 2 + m.
    // Written out: a bare `var` inside a loop is not zeroed again by Tint on SwiftShader.
    var h = array<mat4x4f, 36>();
    var k = array<mat4x4f, 36>();
    // Two coordinates at a time: the sums themselves do not fit in registers.
    for (var j = q; j < shape.coordinates; j += 8u) {
      let at = base + j * BLOCKS;
      let phi0 = spectra[model.spectrum + j];
      let phi1 = spectra[model.spectrum + j + 4u];
      var w0 = array<vec4f, 8>();
      var w1 = array<vec4f, 8>();
      var u0 = array<vec4f, 8>();
      var u1 = array<vec4f, 8>();
      for (var n = 0u; n < BLOCKS; n++) { // unroll
        w0[n] = arena[at + n];
        w1[n] = arena[at + 4u * BLOCKS + n];
        for (var m = 0u; m < n + 1u; m++) { // unroll
          h[n * (n + 1u) / 2u + m] = addOuter(h[n * (n + 1u) / 2u + m], phi0 * w0[m], w0[n], phi1 * w1[m], w1[n]);
        }
      }
      for (var n = 0u; n < BLOCKS; n++) { // unroll
        u0[n] = arena[at + weights + n];
        u1[n] = arena[at + weights + 4u * BLOCKS + n];
        for (var m = 0u; m < n + 1u; m++) { // unroll
          k[n * (n + 1u) / 2u + m] = addOuter(k[n * (n + 1u) / 2u + m], u0[m], u0[n], u1[m], u1[n]);
        }
      }
    }
    for (var t = 0u; t < BLOCKS * (BLOCKS + 1u) / 2u; t++) { // unroll
      h[t] = quadSumTile(h[t]);
      k[t] = quadSumTile(k[t]);
    }
    var variance = array<vec4f, 8>();
    var diagonalK = array<vec4f, 8>();
    var trace = 0.0;
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      variance[n] = real(4u * n, model.latents) * exp(logVar[n]);
      diagonalK[n] = diagonal(k[n * (n + 3u) / 2u]);
      h[n * (n + 3u) / 2u] += onDiagonal(variance[n]);
      trace += sum(diagonal(h[n * (n + 3u) / 2u]));
    }
    var fit = 0.0;
    for (var j = q; j < shape.coordinates; j += 4u) {
      let at = base + j * BLOCKS;
      let phi = spectra[model.spectrum + j];
      var w = array<vec4f, 8>();
      var u = array<vec4f, 8>();
      for (var n = 0u; n < BLOCKS; n++) { // unroll
        w[n] = arena[at + n];
        u[n] = arena[at + weights + n];
      }
      var part = 1.0;
      for (var m = 0u; m < BLOCKS; m++) { // unroll
        // Mirror images of tiles before the diagonal first.
        var kw = -u[m];
        var hu = -phi * w[m];
        for (var n = 0u; n < m; n++) { // unroll
          kw += w[n] * k[m * (m + 1u) / 2u + n];
          hu += u[n] * h[m * (m + 1u) / 2u + n];
        }
        for (var n = m; n < BLOCKS; n++) { // unroll
          kw += k[n * (n + 1u) / 2u + m] * w[n];
          hu += h[n * (n + 1u) / 2u + m] * u[n];
        }
        if (TERMS) { part += dot(w[m], kw - u[m]); }
        optimize(at + m, stride, w[m], phi * fma(vec4f(invA), kw, prior * w[m]), r);
        optimize(at + weights + m, stride, u[m], invA * hu, r);
      }
      if (TERMS) { fit = fma(phi, part, fit); }
    }

    fit = quadSum(fit);
    var logSum = 0.0;
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      fit += dot(variance[n], diagonalK[n]);
      logSum += sum(logVar[n]);
      let slope = variance[n] * fma(vec4f(invA), diagonalK[n], vec4f(prior)) - model.beta;
      let learnable = model.learnable * real(4u * n, model.latents);
      var m = first[n];
      var v = second[n];
      logVar[n] = optimize4(logVar[n], &m, &v, 0.5 * learnable * slope, r);
      first[n] = m;
      second[n] = v;
    }

    if (TERMS && q == 0u) {
      let reconstruction = fma(0.5 * invA, fit, model.reconstructionConstant);
      let kl = fma(0.5, trace * model.invE - logSum, model.klConstant);
      terms[ringIndex(index, model.slot)] =
        vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
    }
  }
  // All have loaded them.
  storageBarrier();
  if (q == 0u) {
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      arena[variances + n] = logVar[n];
      arena[variances + stride + n] = first[n];
      arena[variances + 2u * stride + n] = second[n];
    }
  }
}
