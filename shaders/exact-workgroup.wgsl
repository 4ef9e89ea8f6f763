// Exact-moment training of many linear VAEs of any size, one workgroup a model.
//
// Formulas, and what such kernels share: `lib/exact-vae.wgsl`, `lib/exact-rates.wgsl`.
// Three phases a step, a barrier after each, all steps of a dispatch in one loop:
//   gram      an invocation sums 4 x 4 blocks of H and K over the coordinates of its split
//   gradient  an invocation computes dw, du of 4 coordinates x 4 latents
//   update    an invocation updates 4 weights; the first ones also the variances
// Latents and coordinates are padded to multiples of 4; padding computes exact zeros.

override WORKGROUP_SIZE: u32 = 64u;
// Parts the coordinates are split into while summing, so that small models fill the workgroup.
override SPLITS: u32 = 1u;
// H and K live in workgroup memory, GRAM_VECTORS long, where they fit, else in `scratch`.
override GRAM_IN_WORKGROUP: bool = true;
override GRAM_VECTORS: u32 = 1u;

// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<f32>;
// [models, 3 (values, first moments, second moments), W | U | logVar]
@group(0) @binding(3) var<storage, read_write> arena: array<vec4f>;
// [models, dW | dU | H, K where they do not fit in workgroup memory]
@group(0) @binding(6) var<storage, read_write> scratch: array<vec4f>;

const SUMS = 16u;
const MAX_BLOCKS = 16u;

// [SPLITS, 2 (H, K), latents, latents / 4]
var<workgroup> gram: array<vec4f, GRAM_VECTORS>;
// Parts of the reconstruction term: by invocation, then in SUMS sums.
var<workgroup> fits: array<f32, WORKGROUP_SIZE>;
var<workgroup> fitSums: array<f32, SUMS>;
// Four latents' part of tr(K Sigma) and of 2 kl.
var<workgroup> latentSums: array<vec2f, MAX_BLOCKS>;

fn readGram(gramBase: u32, index: u32) -> vec4f {
  if (GRAM_IN_WORKGROUP) {
    return gram[index];
  }
  return scratch[gramBase + index];
}

fn writeGram(gramBase: u32, index: u32, value: vec4f) {
  if (GRAM_IN_WORKGROUP) {
    gram[index] = value;
  } else {
    scratch[gramBase + index] = value;
  }
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize(at: u32, stride: u32, gradient: vec4f, r: Rates) {
  let first = fma(vec4f(r.gain1), gradient, r.decay1 * arena[at + stride]);
  let second = fma(r.gain2 * gradient, gradient, r.decay2 * arena[at + 2u * stride]);
  arena[at + stride] = first;
  arena[at + 2u * stride] = second;
  arena[at] -= r.rate * first / (sqrt(second) + r.epsilon);
}

// sigma^2 of four latents; 0 for padding.
fn variances(at: u32, part: u32, latents: u32) -> vec4f {
  let index = 4u * part + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(0.0), exp(arena[at + part]), vec4u(latents) > index);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let place = step.model + group.x;
  let model = models[place];
  if (model.running == 0u) {
    if (invocation == 0u) {
      keepTerms(model.slot);
    }
    return;
  }
  // All offsets count vec4s.
  let width = shape.latents / 4u;
  let weights = shape.weights / 4u;
  let stride = 2u * weights + width;
  let w = place * 3u * stride;
  let u = w + weights;
  let logVar = u + weights;
  let gramSize = shape.latents * width;
  var scratchSize = 2u * weights;
  if (!GRAM_IN_WORKGROUP) {
    scratchSize += 2u * SPLITS * gramSize;
  }
  let gradients = place * scratchSize;
  let gramBase = gradients + 2u * weights;

  let prior = model.beta * model.invE;

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;

    for (var task = invocation; task < 2u * SPLITS * width * width; task += WORKGROUP_SIZE) {
      let column = task % width;
      let row = (task / width) % width;
      let part = task / (width * width);
      let isK = part % 2u;
      let split = part / 2u;
      let source = w + isK * weights;
      var g0 = vec4f();
      var g1 = vec4f();
      var g2 = vec4f();
      var g3 = vec4f();
      for (var j = split; j < shape.coordinates; j += SPLITS) {
        let y = arena[source + j * width + column];
        let scale = select(spectra[model.spectrum + j], 1.0, isK == 1u);
        let x = scale * arena[source + j * width + row];
        g0 = fma(vec4f(x.x), y, g0);
        g1 = fma(vec4f(x.y), y, g1);
        g2 = fma(vec4f(x.z), y, g2);
        g3 = fma(vec4f(x.w), y, g3);
      }
      if (isK == 0u && split == 0u && row == column) {
        let variance = variances(logVar, row, model.latents);
        g0.x += variance.x;
        g1.y += variance.y;
        g2.z += variance.z;
        g3.w += variance.w;
      }
      let at = part * gramSize + 4u * row * width + column;
      writeGram(gramBase, at, g0);
      writeGram(gramBase, at + width, g1);
      writeGram(gramBase, at + 2u * width, g2);
      writeGram(gramBase, at + 3u * width, g3);
    }
    storageBarrier();
    workgroupBarrier();
    if (SPLITS > 1u) {
      for (var at = invocation; at < 2u * gramSize; at += WORKGROUP_SIZE) {
        var sum = readGram(gramBase, at);
        for (var split = 1u; split < SPLITS; split++) {
          sum += readGram(gramBase, 2u * split * gramSize + at);
        }
        writeGram(gramBase, at, sum);
      }
      storageBarrier();
      workgroupBarrier();
    }

    var fit = 0.0;
    for (var task = invocation; task < (shape.coordinates / 4u) * width; task += WORKGROUP_SIZE) {
      let part = task % width;
      let j = 4u * (task / width);
      var h0 = vec4f();
      var h1 = vec4f();
      var h2 = vec4f();
      var h3 = vec4f();
      var k0 = vec4f();
      var k1 = vec4f();
      var k2 = vec4f();
      var k3 = vec4f();
      for (var column = 0u; column < width; column++) {
        // Rows of a symmetric matrix serve as its columns.
        let at = 4u * column * width + part;
        let hx = readGram(gramBase, at);
        let hy = readGram(gramBase, at + width);
        let hz = readGram(gramBase, at + 2u * width);
        let hw = readGram(gramBase, at + 3u * width);
        let u0 = arena[u + j * width + column];
        let u1 = arena[u + (j + 1u) * width + column];
        let u2 = arena[u + (j + 2u) * width + column];
        let u3 = arena[u + (j + 3u) * width + column];
        h0 = fma(hx, vec4f(u0.x), fma(hy, vec4f(u0.y), fma(hz, vec4f(u0.z), fma(hw, vec4f(u0.w), h0))));
        h1 = fma(hx, vec4f(u1.x), fma(hy, vec4f(u1.y), fma(hz, vec4f(u1.z), fma(hw, vec4f(u1.w), h1))));
        h2 = fma(hx, vec4f(u2.x), fma(hy, vec4f(u2.y), fma(hz, vec4f(u2.z), fma(hw, vec4f(u2.w), h2))));
        h3 = fma(hx, vec4f(u3.x), fma(hy, vec4f(u3.y), fma(hz, vec4f(u3.z), fma(hw, vec4f(u3.w), h3))));
        let kx = readGram(gramBase, gramSize + at);
        let ky = readGram(gramBase, gramSize + at + width);
        let kz = readGram(gramBase, gramSize + at + 2u * width);
        let kw = readGram(gramBase, gramSize + at + 3u * width);
        let w0 = arena[w + j * width + column];
        let w1 = arena[w + (j + 1u) * width + column];
        let w2 = arena[w + (j + 2u) * width + column];
        let w3 = arena[w + (j + 3u) * width + column];
        k0 = fma(kx, vec4f(w0.x), fma(ky, vec4f(w0.y), fma(kz, vec4f(w0.z), fma(kw, vec4f(w0.w), k0))));
        k1 = fma(kx, vec4f(w1.x), fma(ky, vec4f(w1.y), fma(kz, vec4f(w1.z), fma(kw, vec4f(w1.w), k1))));
        k2 = fma(kx, vec4f(w2.x), fma(ky, vec4f(w2.y), fma(kz, vec4f(w2.z), fma(kw, vec4f(w2.w), k2))));
        k3 = fma(kx, vec4f(w3.x), fma(ky, vec4f(w3.y), fma(kz, vec4f(w3.z), fma(kw, vec4f(w3.w), k3))));
      }
      let at = j * width + part;
      let out = gradients + at;
      let phi = model.spectrum + j;
      let p0 = vec4f(spectra[phi], spectra[phi + 1u], spectra[phi + 2u], spectra[phi + 3u]);
      let w0 = arena[w + at];
      let w1 = arena[w + at + width];
      let w2 = arena[w + at + 2u * width];
      let w3 = arena[w + at + 3u * width];
      let u0 = arena[u + at];
      let u1 = arena[u + at + width];
      let u2 = arena[u + at + 2u * width];
      let u3 = arena[u + at + 3u * width];
      fit += dot(p0, vec4f(
        dot(w0, k0 - 2.0 * u0),
        dot(w1, k1 - 2.0 * u1),
        dot(w2, k2 - 2.0 * u2),
        dot(w3, k3 - 2.0 * u3),
      ) + select(0.0, 1.0, part == 0u));
      scratch[out] = p0.x * fma(vec4f(model.invA), k0 - u0, prior * w0);
      scratch[out + width] = p0.y * fma(vec4f(model.invA), k1 - u1, prior * w1);
      scratch[out + 2u * width] = p0.z * fma(vec4f(model.invA), k2 - u2, prior * w2);
      scratch[out + 3u * width] = p0.w * fma(vec4f(model.invA), k3 - u3, prior * w3);
      scratch[out + weights] = model.invA * (h0 - p0.x * w0);
      scratch[out + weights + width] = model.invA * (h1 - p0.y * w1);
      scratch[out + weights + 2u * width] = model.invA * (h2 - p0.z * w2);
      scratch[out + weights + 3u * width] = model.invA * (h3 - p0.w * w3);
    }
    fits[invocation] = fit;
    storageBarrier();
    workgroupBarrier();

    let r = stepRates(model, index);
    for (var at = invocation; at < SUMS; at += WORKGROUP_SIZE) {
      var sum = 0.0;
      for (var other = at; other < WORKGROUP_SIZE; other += SUMS) {
        sum += fits[other];
      }
      fitSums[at] = sum;
    }
    for (var part = invocation; part < width; part += WORKGROUP_SIZE) {
      let at = 4u * part * width + part;
      let h = vec4f(
        readGram(gramBase, at).x,
        readGram(gramBase, at + width).y,
        readGram(gramBase, at + 2u * width).z,
        readGram(gramBase, at + 3u * width).w,
      );
      let k = vec4f(
        readGram(gramBase, gramSize + at).x,
        readGram(gramBase, gramSize + at + width).y,
        readGram(gramBase, gramSize + at + 2u * width).z,
        readGram(gramBase, gramSize + at + 3u * width).w,
      );
      let variance = variances(logVar, part, model.latents);
      latentSums[part] = vec2f(
        dot(k, variance),
        dot(model.invE * h - arena[logVar + part], vec4f(1.0)),
      );
      let real = 4u * part + vec4u(0u, 1u, 2u, 3u) < vec4u(model.latents);
      let learnable = select(vec4f(0.0), vec4f(model.learnable), real);
      let gradient = 0.5 * learnable * (variance * (model.invA * k + prior) - model.beta);
      optimize(logVar + part, stride, gradient, r);
    }
    for (var at = invocation; at < 2u * weights; at += WORKGROUP_SIZE) {
      optimize(w + at, stride, scratch[gradients + at], r);
    }
    storageBarrier();
    workgroupBarrier();

    if (invocation == 0u) {
      var sums = vec2f();
      for (var at = 0u; at < SUMS; at++) {
        sums.x += fitSums[at];
      }
      for (var part = 0u; part < width; part++) {
        sums += latentSums[part];
      }
      let reconstruction = fma(0.5 * model.invA, sums.x, model.reconstructionConstant);
      let kl = fma(0.5, sums.y, model.klConstant);
      terms[ringIndex(index, model.slot)] =
        vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
    }
  }
}
