// Exact-moment training of linear VAEs with many coordinates, their state in registers.
//
// Formulas, and what such kernels share: `lib/exact-vae.wgsl`, `lib/exact-rates.wgsl`.
// Workgroup = one model. An invocation owns four coordinates for all steps of a dispatch. Latents
// come in blocks of four, of which invocation q of a quad keeps latent q ^ r in slot r, in weights
// as in H and K: so whatever slots exchange is one swap away. The variance of a latent is with the
// invocations that have it in slot 0, in every quad.
// H / a, here without Sigma, and K are made of 4 x 4 tiles, of which those on and above the
// diagonal are summed: by each quad into its part, then over quads, from where all read them.
// Up to 4 BLOCKS latents and 4 LANES coordinates; padding computes exact zeros.
//
// Loops marked "unroll" are written out before compiling (`src/engine/unroll.ts`), for compilers
// that keep in registers only what no variable indexes. They have few registers, too: every sum
// runs to its end before the next begins.
enable subgroups;

// Blocks of four latents: 1 to 8.
override BLOCKS: u32 = 8u;
// Invocations of a workgroup: a multiple of 4.
override LANES: u32 = 256u;
// Whether the terms of each step are recorded.
override TERMS: bool = true;

// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<vec4f>;
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U in groups of sixteen
// coordinates: [coordinates / 16, latents, 16]
@group(0) @binding(3) var<storage, read_write> arena: array<vec4f>;
// [models, quads and their sum, tiles, 4]: rows of tiles of H / a and of K
@group(0) @binding(6) var<storage, read_write> parts: array<mat2x4f>;

// Weights of four latents, each a vector over an invocation's coordinates.
struct Trained {
  value: mat4x4f,
  first: mat4x4f,
  second: mat4x4f,
}

// A quad's part of twice the reconstruction term.
var<workgroup> fits: array<f32, LANES / 4u>;

fn loadBlock(at: u32, q: u32) -> mat4x4f {
  return mat4x4f(arena[at + 4u * q], arena[at + 4u * (q ^ 1u)], arena[at + 4u * (q ^ 2u)], arena[at + 4u * (q ^ 3u)]);
}

fn storeBlock(at: u32, q: u32, x: mat4x4f) {
  arena[at + 4u * q] = x[0];
  arena[at + 4u * (q ^ 1u)] = x[1];
  arena[at + 4u * (q ^ 2u)] = x[2];
  arena[at + 4u * (q ^ 3u)] = x[3];
}

fn load(at: u32, stride: u32, q: u32) -> Trained {
  return Trained(loadBlock(at, q), loadBlock(at + stride, q), loadBlock(at + 2u * stride, q));
}

fn store(at: u32, stride: u32, q: u32, x: Trained) {
  storeBlock(at, q, x.value);
  storeBlock(at + stride, q, x.first);
  storeBlock(at + 2u * stride, q, x.second);
}

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

// What the quad's invocations have, in slots.
fn quadGather(x: f32) -> vec4f {
  return vec4f(x, quadSwapX(x), quadSwapY(x), quadSwapDiagonal(x));
}

fn along(x: vec4f, y: vec4f) -> f32 {
  return x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
}

fn plus(sum: f32, x: vec4f, y: vec4f) -> f32 {
  return sum + x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
}

// The row of slot 0 of the quad's part of a tile, x y^T.
fn quadTile(x: mat4x4f, y: mat4x4f) -> vec4f {
  return vec4f(
    along(x[0], y[0]) + quadSwapX(along(x[1], y[1])) + quadSwapY(along(x[2], y[2])) + quadSwapDiagonal(along(x[3], y[3])),
    along(x[0], y[1]) + quadSwapX(along(x[1], y[0])) + quadSwapY(along(x[2], y[3])) + quadSwapDiagonal(along(x[3], y[2])),
    along(x[0], y[2]) + quadSwapX(along(x[1], y[3])) + quadSwapY(along(x[2], y[0])) + quadSwapDiagonal(along(x[3], y[1])),
    along(x[0], y[3]) + quadSwapX(along(x[1], y[2])) + quadSwapY(along(x[2], y[1])) + quadSwapDiagonal(along(x[3], y[0])),
  );
}

// Rows of a tile from the row of slot 0 in each invocation.
fn tileRows(row: vec4f) -> mat4x4f {
  return mat4x4f(row, quadSwapX(row.yxwz), quadSwapY(row.zwxy), quadSwapDiagonal(row.wzyx));
}

fn diagonal(tile: mat4x4f) -> vec4f {
  return vec4f(tile[0].x, tile[1].y, tile[2].z, tile[3].w);
}

fn sum(x: vec4f) -> f32 {
  return x.x + x.y + x.z + x.w;
}

fn scaled(x: vec4f, y: mat4x4f) -> mat4x4f {
  return mat4x4f(x * y[0], x * y[1], x * y[2], x * y[3]);
}

// A weight and its moments after a step of Adam; of gradient descent with decays 0 and 1, where it
// is value - rate g exactly.
fn moved(x: vec3f, g: f32, r: Rates) -> vec3f {
  let first = x.y * r.decay1 + g * r.gain1;
  let second = x.z * r.decay2 + g * r.gain2 * g;
  return vec3f(x.x - first * r.rate / (sqrt(second) + r.epsilon), first, second);
}

fn moved4(value: vec4f, first: vec4f, second: vec4f, g: vec4f, r: Rates) -> mat3x4f {
  let x = moved(vec3f(value.x, first.x, second.x), g.x, r);
  let y = moved(vec3f(value.y, first.y, second.y), g.y, r);
  let z = moved(vec3f(value.z, first.z, second.z), g.z, r);
  let w = moved(vec3f(value.w, first.w, second.w), g.w, r);
  return mat3x4f(vec4f(x.x, y.x, z.x, w.x), vec4f(x.y, y.y, z.y, w.y), vec4f(x.z, y.z, z.z, w.z));
}

fn optimize(t: Trained, g: mat4x4f, r: Rates) -> Trained {
  let a = moved4(t.value[0], t.first[0], t.second[0], g[0], r);
  let b = moved4(t.value[1], t.first[1], t.second[1], g[1], r);
  let c = moved4(t.value[2], t.first[2], t.second[2], g[2], r);
  let d = moved4(t.value[3], t.first[3], t.second[3], g[3], r);
  return Trained(
    mat4x4f(a[0], b[0], c[0], d[0]),
    mat4x4f(a[1], b[1], c[1], d[1]),
    mat4x4f(a[2], b[2], c[2], d[2]),
  );
}

// What four latents add to twice the reconstruction term.
fn fitted(w: mat4x4f, dw: mat4x4f, pw: mat4x4f, u: mat4x4f) -> f32 {
  return dot(w[0], dw[0]) - dot(pw[0], u[0])
    + dot(w[1], dw[1]) - dot(pw[1], u[1])
    + dot(w[2], dw[2]) - dot(pw[2], u[2])
    + dot(w[3], dw[3]) - dot(pw[3], u[3]);
}

// `rest`: a step's twice reconstruction and its kl, but for `fits`.
fn writeTerms(model: Model, index: u32, rest: vec2f) {
  var fit = rest.x;
  for (var quad = 0u; quad < LANES / 4u; quad++) {
    fit += fits[quad];
  }
  let reconstruction = fma(0.5, fit, model.reconstructionConstant);
  terms[ringIndex(index, model.slot)] =
    vec4f(fma(model.beta, rest.y, reconstruction), reconstruction, rest.y, 0.0);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let place = step.model + group.x;
  let model = models[place];
  if (model.running == 0u) {
    if (invocation == 0u) {
      keepTerms(model.slot);
    }
    return;
  }
  let quad = invocation / 4u;
  let q = invocation % 4u;
  // In vec4s.
  let weights = shape.weights / 4u;
  let stride = 2u * weights + BLOCKS;
  let base = place * 3u * stride;
  let own = base + 16u * BLOCKS * quad + q;
  let variances = base + 2u * weights;
  let perQuad = 2u * BLOCKS * (BLOCKS + 1u);
  let firstPart = place * (LANES / 4u + 1u) * perQuad;
  let sums = firstPart + (LANES / 4u) * perQuad;
  let ownPart = firstPart + quad * perQuad + q;

  var w = array<Trained, 8>();
  var u = array<Trained, 8>();
  // Value and moments of slot 0.
  var logVar = array<vec3f, 8>();
  // Blocks move up as they come: written out, loading would be most of the kernel.
  for (var n = 0u; n < BLOCKS; n++) {
    for (var m = 1u; m < BLOCKS; m++) { // unroll
      w[m - 1u] = w[m];
      u[m - 1u] = u[m];
      logVar[m - 1u] = logVar[m];
    }
    w[BLOCKS - 1u] = load(own + 16u * n, stride, q);
    u[BLOCKS - 1u] = load(own + weights + 16u * n, stride, q);
    logVar[BLOCKS - 1u] = vec3f(
      arena[variances + n][q],
      arena[variances + stride + n][q],
      arena[variances + 2u * stride + n][q],
    );
  }

  // phi / a
  let pull = model.invA * spectra[model.spectrum / 4u + invocation];
  let prior = model.beta * model.invE;
  let ratio = prior / model.invA;
  var before = vec2f();

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;
    let r = stepRates(model, index);

    // phi w / a
    var pw = array<mat4x4f, 8>();
    var h = array<mat4x4f, 36>();
    var k = array<mat4x4f, 36>();
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      pw[n] = scaled(pull, w[n].value);
      for (var m = 0u; m < n + 1u; m++) { // unroll
        parts[ownPart + 4u * (n * (n + 1u) / 2u + m)] =
          mat2x4f(quadTile(pw[m], w[n].value), quadTile(u[m].value, u[n].value));
      }
    }
    storageBarrier();
    workgroupBarrier();

    for (var at = invocation; at < perQuad; at += LANES) {
      var row = mat2x4f();
      for (var part = firstPart + at; part < sums; part += perQuad) {
        row += parts[part];
      }
      parts[sums + at] = row;
    }
    if (TERMS && invocation == 0u && s > 0u) {
      writeTerms(model, index - 1u, before);
    }
    storageBarrier();
    workgroupBarrier();

    for (var t = 0u; t < BLOCKS * (BLOCKS + 1u) / 2u; t++) { // unroll
      let row = parts[sums + 4u * t + q];
      h[t] = tileRows(row[0]);
      k[t] = tileRows(row[1]);
    }
    var fit = sum(pull);
    var traceK = 0.0;
    var kl = 0.0;
    var noise = array<vec4f, 8>();
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      let variance = select(0.0, 1.0, 4u * n + q < model.latents) * exp(logVar[n].x);
      noise[n] = model.invA * quadGather(variance);
    }
    if (TERMS) {
      for (var n = 0u; n < BLOCKS; n++) { // unroll
        let diagonalH = diagonal(h[n * (n + 3u) / 2u]);
        let diagonalK = diagonal(k[n * (n + 3u) / 2u]);
        traceK += dot(diagonalK, noise[n]) - ratio * sum(diagonalH);
        kl += sum(diagonalH + noise[n]) * model.invE / model.invA - quadSum(logVar[n].x);
      }
    }
    // u and phi w / a before the step, each coordinate's four latents together.
    var columnsU = array<mat4x4f, 8>();
    var columnsW = array<mat4x4f, 8>();
    for (var n = 0u; n < BLOCKS; n++) { // unroll
      columnsU[n] = transpose(u[n].value);
      columnsW[n] = transpose(pw[n]);
    }
    for (var m = 0u; m < BLOCKS; m++) { // unroll
      var gradU = array<vec4f, 4>();
      var gradW = array<vec4f, 4>();
      for (var i = 0u; i < 4u; i++) { // unroll
        var ofU = array<f32, 4>();
        var ofW = array<f32, 4>();
        for (var c = 0u; c < 4u; c++) { // unroll
          var sumU = noise[m][i] * columnsU[m][c][i] - pw[m][i][c];
          for (var n = 0u; n < m; n++) { // unroll
            sumU = plus(sumU, transpose(h[m * (m + 1u) / 2u + n])[i], columnsU[n][c]);
          }
          for (var n = m; n < BLOCKS; n++) { // unroll
            sumU = plus(sumU, h[n * (n + 1u) / 2u + m][i], columnsU[n][c]);
          }
          ofU[c] = sumU;
          var sumW = ratio * pw[m][i][c] - pull[c] * columnsU[m][c][i];
          for (var n = 0u; n < m; n++) { // unroll
            sumW = plus(sumW, transpose(k[m * (m + 1u) / 2u + n])[i], columnsW[n][c]);
          }
          for (var n = m; n < BLOCKS; n++) { // unroll
            sumW = plus(sumW, k[n * (n + 1u) / 2u + m][i], columnsW[n][c]);
          }
          ofW[c] = sumW;
        }
        gradU[i] = vec4f(ofU[0], ofU[1], ofU[2], ofU[3]);
        gradW[i] = vec4f(ofW[0], ofW[1], ofW[2], ofW[3]);
      }
      let du = mat4x4f(gradU[0], gradU[1], gradU[2], gradU[3]);
      let dw = mat4x4f(gradW[0], gradW[1], gradW[2], gradW[3]);
      if (TERMS) { fit += fitted(w[m].value, dw, pw[m], u[m].value); }
      w[m] = optimize(w[m], dw, r);
      u[m] = optimize(u[m], du, r);
      let learnable = model.learnable * select(0.0, 1.0, 4u * m + q < model.latents);
      let slope = exp(logVar[m].x) * fma(model.invA, k[m * (m + 3u) / 2u][0][0], prior) - model.beta;
      logVar[m] = moved(logVar[m], 0.5 * learnable * slope, r);
    }
    if (TERMS) {
      let quadFit = quadSum(fit);
      if (q == 0u) {
        fits[quad] = quadFit;
      }
      before = vec2f(traceK, fma(0.5, kl, model.klConstant));
    }
  }
  if (TERMS) {
    workgroupBarrier();
    if (invocation == 0u) {
      writeTerms(model, step.first + step.count - 1u, before);
    }
  }

  for (var n = 0u; n < BLOCKS; n++) {
    store(own + 16u * n, stride, q, w[0]);
    store(own + weights + 16u * n, stride, q, u[0]);
    let value = quadGather(logVar[0].x);
    let first = quadGather(logVar[0].y);
    let second = quadGather(logVar[0].z);
    // Whose slots are in the latents' own order.
    if (invocation == 0u) {
      arena[variances + n] = value;
      arena[variances + stride + n] = first;
      arena[variances + 2u * stride + n] = second;
    }
    for (var m = 1u; m < BLOCKS; m++) { // unroll
      w[m - 1u] = w[m];
      u[m - 1u] = u[m];
      logVar[m - 1u] = logVar[m];
    }
  }
}
