// Exact-moment training of linear VAEs with many coordinates, four invocations a model.
//
// In the data's eigenbasis, coordinate j with eigenvalue phi, encoder column w and decoder row u:
//   H = sum phi w w^T + diag(sigma^2)        K = sum u u^T
//   du = (H u - phi w) / a                   dw = phi ((K w - u) / a + beta w / e)
//   dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
//   reconstruction = (sum phi (1 + w.(K w - 2 u)) + tr(K Sigma)) / 2a + constant
//   kl = (tr H / e - sum logVar) / 2 + constant
// Workgroup = one model. Invocation q owns latents q, q + 4, ... : it holds their rows of H and K
// in registers, so that nothing is reduced and nothing waits at a barrier; weights stream through
// once, four coordinates at a time, to sum H and K and once to update them, the quad sharing what it
// loads. Up to 4 BLOCKS
// latents, at most 32, any number of coordinates; padding computes exact zeros.
enable subgroups;

// Latents an invocation owns: 1 to 8.
override BLOCKS: u32 = 8u;
// Whether the terms of each step are recorded.
override TERMS: bool = true;

struct Model {
  running: u32,
  // 1: Adam; 0: plain gradient descent.
  adam: u32,
  // First entry of its spectrum in `spectra`.
  spectrum: u32,
  // Column of its terms in the ring.
  slot: u32,
  // 1 / etaDec^2, 1 / etaEnc^2
  invA: f32,
  invE: f32,
  beta: f32,
  learningRate: f32,
  // 1 if the variance is trained, else 0.
  learnable: f32,
  latents: u32,
  reconstructionConstant: f32,
  klConstant: f32,
}

struct Shape {
  // Floats of W (and of U) of a model.
  weights: u32,
  // Padded latents: 4 BLOCKS.
  latents: u32,
  coordinates: u32,
  // Slots of the terms ring, and columns.
  ring: u32,
  lanes: u32,
}

struct Step {
  first: u32,
  count: u32,
  // The model of the first workgroup.
  model: u32,
  // Times each model's own learning rate.
  rate: f32,
}

@group(0) @binding(0) var<storage, read> models: array<Model>;
// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<f32>;
// Adam's bias corrections of each step: sqrt(1 - decay2^t) / (1 - decay1^t), epsilon sqrt(1 - decay2^t)
@group(0) @binding(2) var<storage, read> schedule: array<vec2f>;
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U [coordinates, latents]
@group(0) @binding(3) var<storage, read_write> arena: array<f32>;
// [ring, lanes]: loss, reconstruction, kl, 0
@group(0) @binding(4) var<storage, read_write> terms: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;
@group(1) @binding(0) var<uniform> step: Step;

const DECAY1 = 0.9;
const DECAY2 = 0.999;

// One number for each latent an invocation owns.
alias Own = array<f32, 8>;
// All latents, four a block; also a row of H or K.
alias Full = array<vec4f, 8>;

struct Rates {
  decay1: f32,
  gain1: f32,
  decay2: f32,
  gain2: f32,
  rate: f32,
  epsilon: f32,
}

fn loadOwn(at: u32) -> Own {
  var own = Own();
  own[0] = arena[at];
  if (BLOCKS > 1u) {
    own[1] = arena[at + 4u];
  }
  if (BLOCKS > 2u) {
    own[2] = arena[at + 8u];
  }
  if (BLOCKS > 3u) {
    own[3] = arena[at + 12u];
  }
  if (BLOCKS > 4u) {
    own[4] = arena[at + 16u];
  }
  if (BLOCKS > 5u) {
    own[5] = arena[at + 20u];
  }
  if (BLOCKS > 6u) {
    own[6] = arena[at + 24u];
  }
  if (BLOCKS > 7u) {
    own[7] = arena[at + 28u];
  }
  return own;
}

fn quadAll(x: f32) -> vec4f {
  return vec4f(quadBroadcast(x, 0u), quadBroadcast(x, 1u), quadBroadcast(x, 2u), quadBroadcast(x, 3u));
}

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn share(own: ptr<function, Own>) -> Full {
  var full = Full();
  full[0] = quadAll((*own)[0]);
  if (BLOCKS > 1u) {
    full[1] = quadAll((*own)[1]);
  }
  if (BLOCKS > 2u) {
    full[2] = quadAll((*own)[2]);
  }
  if (BLOCKS > 3u) {
    full[3] = quadAll((*own)[3]);
  }
  if (BLOCKS > 4u) {
    full[4] = quadAll((*own)[4]);
  }
  if (BLOCKS > 5u) {
    full[5] = quadAll((*own)[5]);
  }
  if (BLOCKS > 6u) {
    full[6] = quadAll((*own)[6]);
  }
  if (BLOCKS > 7u) {
    full[7] = quadAll((*own)[7]);
  }
  return full;
}

// row + sum of x y^T, one row of it
fn addOuter(
  row: ptr<function, Full>,
  x0: f32,
  y0: ptr<function, Full>,
  x1: f32,
  y1: ptr<function, Full>,
  x2: f32,
  y2: ptr<function, Full>,
  x3: f32,
  y3: ptr<function, Full>,
) {
  (*row)[0] = fma(vec4f(x0), (*y0)[0], fma(vec4f(x1), (*y1)[0], fma(vec4f(x2), (*y2)[0], fma(vec4f(x3), (*y3)[0], (*row)[0]))));
  if (BLOCKS > 1u) {
    (*row)[1] = fma(vec4f(x0), (*y0)[1], fma(vec4f(x1), (*y1)[1], fma(vec4f(x2), (*y2)[1], fma(vec4f(x3), (*y3)[1], (*row)[1]))));
  }
  if (BLOCKS > 2u) {
    (*row)[2] = fma(vec4f(x0), (*y0)[2], fma(vec4f(x1), (*y1)[2], fma(vec4f(x2), (*y2)[2], fma(vec4f(x3), (*y3)[2], (*row)[2]))));
  }
  if (BLOCKS > 3u) {
    (*row)[3] = fma(vec4f(x0), (*y0)[3], fma(vec4f(x1), (*y1)[3], fma(vec4f(x2), (*y2)[3], fma(vec4f(x3), (*y3)[3], (*row)[3]))));
  }
  if (BLOCKS > 4u) {
    (*row)[4] = fma(vec4f(x0), (*y0)[4], fma(vec4f(x1), (*y1)[4], fma(vec4f(x2), (*y2)[4], fma(vec4f(x3), (*y3)[4], (*row)[4]))));
  }
  if (BLOCKS > 5u) {
    (*row)[5] = fma(vec4f(x0), (*y0)[5], fma(vec4f(x1), (*y1)[5], fma(vec4f(x2), (*y2)[5], fma(vec4f(x3), (*y3)[5], (*row)[5]))));
  }
  if (BLOCKS > 6u) {
    (*row)[6] = fma(vec4f(x0), (*y0)[6], fma(vec4f(x1), (*y1)[6], fma(vec4f(x2), (*y2)[6], fma(vec4f(x3), (*y3)[6], (*row)[6]))));
  }
  if (BLOCKS > 7u) {
    (*row)[7] = fma(vec4f(x0), (*y0)[7], fma(vec4f(x1), (*y1)[7], fma(vec4f(x2), (*y2)[7], fma(vec4f(x3), (*y3)[7], (*row)[7]))));
  }
}

// row . x
fn product(row: ptr<function, Full>, x: ptr<function, Full>) -> f32 {
  var sum = dot((*row)[0], (*x)[0]);
  if (BLOCKS > 1u) {
    sum += dot((*row)[1], (*x)[1]);
  }
  if (BLOCKS > 2u) {
    sum += dot((*row)[2], (*x)[2]);
  }
  if (BLOCKS > 3u) {
    sum += dot((*row)[3], (*x)[3]);
  }
  if (BLOCKS > 4u) {
    sum += dot((*row)[4], (*x)[4]);
  }
  if (BLOCKS > 5u) {
    sum += dot((*row)[5], (*x)[5]);
  }
  if (BLOCKS > 6u) {
    sum += dot((*row)[6], (*x)[6]);
  }
  if (BLOCKS > 7u) {
    sum += dot((*row)[7], (*x)[7]);
  }
  return sum;
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize(at: u32, stride: u32, value: f32, gradient: f32, r: Rates) {
  let first = fma(r.gain1, gradient, r.decay1 * arena[at + stride]);
  let second = fma(r.gain2 * gradient, gradient, r.decay2 * arena[at + 2u * stride]);
  arena[at + stride] = first;
  arena[at + 2u * stride] = second;
  arena[at] = value - r.rate * first / (sqrt(second) + r.epsilon);
}

fn ringIndex(index: u32, slot: u32) -> u32 {
  return (index % shape.ring) * shape.lanes + slot;
}

// A stopped model goes on showing its last terms.
fn keepTerms(slot: u32) {
  let last = terms[ringIndex(step.first + shape.ring - 1u, slot)];
  for (var s = 0u; s < step.count; s++) {
    terms[ringIndex(step.first + s, slot)] = last;
  }
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
  let stride = 2u * shape.weights + shape.latents;
  let base = place * 3u * stride + q;
  let logVar = base + 2u * shape.weights;
  let mine = vec4f(
    select(0.0, 1.0, q == 0u),
    select(0.0, 1.0, q == 1u),
    select(0.0, 1.0, q == 2u),
    select(0.0, 1.0, q == 3u),
  );
  let adam = model.adam != 0u;
  let invA = model.invA;
  let prior = model.beta * model.invE;
  let lastScheduled = arrayLength(&schedule) - 1u;

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;
    let correction = schedule[min(index, lastScheduled)];
    let r = Rates(
      select(0.0, DECAY1, adam),
      select(1.0, 1.0 - DECAY1, adam),
      select(1.0, DECAY2, adam),
      select(0.0, 1.0 - DECAY2, adam),
      step.rate * model.learningRate * select(1.0, correction.x, adam),
      select(1.0, correction.y, adam),
    );

    // Written out: a bare `var` inside a loop is not zeroed again by Tint on SwiftShader.
    var h0 = Full();
    var k0 = Full();
    var h1 = Full();
    var k1 = Full();
    var h2 = Full();
    var k2 = Full();
    var h3 = Full();
    var k3 = Full();
    var h4 = Full();
    var k4 = Full();
    var h5 = Full();
    var k5 = Full();
    var h6 = Full();
    var k6 = Full();
    var h7 = Full();
    var k7 = Full();
    for (var j = 0u; j < shape.coordinates; j += 4u) {
      let at0 = base + (j + 0u) * shape.latents;
      let phi0 = spectra[model.spectrum + j + 0u];
      var w0 = loadOwn(at0);
      var u0 = loadOwn(at0 + shape.weights);
      var allW0 = share(&w0);
      var allU0 = share(&u0);
      let at1 = base + (j + 1u) * shape.latents;
      let phi1 = spectra[model.spectrum + j + 1u];
      var w1 = loadOwn(at1);
      var u1 = loadOwn(at1 + shape.weights);
      var allW1 = share(&w1);
      var allU1 = share(&u1);
      let at2 = base + (j + 2u) * shape.latents;
      let phi2 = spectra[model.spectrum + j + 2u];
      var w2 = loadOwn(at2);
      var u2 = loadOwn(at2 + shape.weights);
      var allW2 = share(&w2);
      var allU2 = share(&u2);
      let at3 = base + (j + 3u) * shape.latents;
      let phi3 = spectra[model.spectrum + j + 3u];
      var w3 = loadOwn(at3);
      var u3 = loadOwn(at3 + shape.weights);
      var allW3 = share(&w3);
      var allU3 = share(&u3);
      addOuter(&h0, phi0 * w0[0], &allW0, phi1 * w1[0], &allW1, phi2 * w2[0], &allW2, phi3 * w3[0], &allW3);
      addOuter(&k0, u0[0], &allU0, u1[0], &allU1, u2[0], &allU2, u3[0], &allU3);
      if (BLOCKS > 1u) {
        addOuter(&h1, phi0 * w0[1], &allW0, phi1 * w1[1], &allW1, phi2 * w2[1], &allW2, phi3 * w3[1], &allW3);
        addOuter(&k1, u0[1], &allU0, u1[1], &allU1, u2[1], &allU2, u3[1], &allU3);
      }
      if (BLOCKS > 2u) {
        addOuter(&h2, phi0 * w0[2], &allW0, phi1 * w1[2], &allW1, phi2 * w2[2], &allW2, phi3 * w3[2], &allW3);
        addOuter(&k2, u0[2], &allU0, u1[2], &allU1, u2[2], &allU2, u3[2], &allU3);
      }
      if (BLOCKS > 3u) {
        addOuter(&h3, phi0 * w0[3], &allW0, phi1 * w1[3], &allW1, phi2 * w2[3], &allW2, phi3 * w3[3], &allW3);
        addOuter(&k3, u0[3], &allU0, u1[3], &allU1, u2[3], &allU2, u3[3], &allU3);
      }
      if (BLOCKS > 4u) {
        addOuter(&h4, phi0 * w0[4], &allW0, phi1 * w1[4], &allW1, phi2 * w2[4], &allW2, phi3 * w3[4], &allW3);
        addOuter(&k4, u0[4], &allU0, u1[4], &allU1, u2[4], &allU2, u3[4], &allU3);
      }
      if (BLOCKS > 5u) {
        addOuter(&h5, phi0 * w0[5], &allW0, phi1 * w1[5], &allW1, phi2 * w2[5], &allW2, phi3 * w3[5], &allW3);
        addOuter(&k5, u0[5], &allU0, u1[5], &allU1, u2[5], &allU2, u3[5], &allU3);
      }
      if (BLOCKS > 6u) {
        addOuter(&h6, phi0 * w0[6], &allW0, phi1 * w1[6], &allW1, phi2 * w2[6], &allW2, phi3 * w3[6], &allW3);
        addOuter(&k6, u0[6], &allU0, u1[6], &allU1, u2[6], &allU2, u3[6], &allU3);
      }
      if (BLOCKS > 7u) {
        addOuter(&h7, phi0 * w0[7], &allW0, phi1 * w1[7], &allW1, phi2 * w2[7], &allW2, phi3 * w3[7], &allW3);
        addOuter(&k7, u0[7], &allU0, u1[7], &allU1, u2[7], &allU2, u3[7], &allU3);
      }
    }
    var logVars = loadOwn(logVar);
    var variance = Own();
    var trace = 0.0;
    var logSum = 0.0;
    var fit = 0.0;
    variance[0] = select(0.0, exp(logVars[0]), q + 0u < model.latents);
    h0[0] += variance[0] * mine;
    trace += dot(h0[0], mine);
    logSum += logVars[0];
    fit += variance[0] * dot(k0[0], mine);
    if (BLOCKS > 1u) {
      variance[1] = select(0.0, exp(logVars[1]), q + 4u < model.latents);
      h1[1] += variance[1] * mine;
      trace += dot(h1[1], mine);
      logSum += logVars[1];
      fit += variance[1] * dot(k1[1], mine);
    }
    if (BLOCKS > 2u) {
      variance[2] = select(0.0, exp(logVars[2]), q + 8u < model.latents);
      h2[2] += variance[2] * mine;
      trace += dot(h2[2], mine);
      logSum += logVars[2];
      fit += variance[2] * dot(k2[2], mine);
    }
    if (BLOCKS > 3u) {
      variance[3] = select(0.0, exp(logVars[3]), q + 12u < model.latents);
      h3[3] += variance[3] * mine;
      trace += dot(h3[3], mine);
      logSum += logVars[3];
      fit += variance[3] * dot(k3[3], mine);
    }
    if (BLOCKS > 4u) {
      variance[4] = select(0.0, exp(logVars[4]), q + 16u < model.latents);
      h4[4] += variance[4] * mine;
      trace += dot(h4[4], mine);
      logSum += logVars[4];
      fit += variance[4] * dot(k4[4], mine);
    }
    if (BLOCKS > 5u) {
      variance[5] = select(0.0, exp(logVars[5]), q + 20u < model.latents);
      h5[5] += variance[5] * mine;
      trace += dot(h5[5], mine);
      logSum += logVars[5];
      fit += variance[5] * dot(k5[5], mine);
    }
    if (BLOCKS > 6u) {
      variance[6] = select(0.0, exp(logVars[6]), q + 24u < model.latents);
      h6[6] += variance[6] * mine;
      trace += dot(h6[6], mine);
      logSum += logVars[6];
      fit += variance[6] * dot(k6[6], mine);
    }
    if (BLOCKS > 7u) {
      variance[7] = select(0.0, exp(logVars[7]), q + 28u < model.latents);
      h7[7] += variance[7] * mine;
      trace += dot(h7[7], mine);
      logSum += logVars[7];
      fit += variance[7] * dot(k7[7], mine);
    }

    for (var j = 0u; j < shape.coordinates; j++) {
      let at = base + j * shape.latents;
      let phi = spectra[model.spectrum + j];
      var w = loadOwn(at);
      var u = loadOwn(at + shape.weights);
      var allW = share(&w);
      var allU = share(&u);
      var part = select(0.0, 1.0, q == 0u);
      let x0 = product(&k0, &allW) - u[0];
      let y0 = product(&h0, &allU) - phi * w[0];
      if (TERMS) {
        part = fma(w[0], x0 - u[0], part);
      }
      optimize(at + 0u, stride, w[0], phi * fma(invA, x0, prior * w[0]), r);
      optimize(at + shape.weights + 0u, stride, u[0], invA * y0, r);
      if (BLOCKS > 1u) {
        let x1 = product(&k1, &allW) - u[1];
        let y1 = product(&h1, &allU) - phi * w[1];
        if (TERMS) {
          part = fma(w[1], x1 - u[1], part);
        }
        optimize(at + 4u, stride, w[1], phi * fma(invA, x1, prior * w[1]), r);
        optimize(at + shape.weights + 4u, stride, u[1], invA * y1, r);
      }
      if (BLOCKS > 2u) {
        let x2 = product(&k2, &allW) - u[2];
        let y2 = product(&h2, &allU) - phi * w[2];
        if (TERMS) {
          part = fma(w[2], x2 - u[2], part);
        }
        optimize(at + 8u, stride, w[2], phi * fma(invA, x2, prior * w[2]), r);
        optimize(at + shape.weights + 8u, stride, u[2], invA * y2, r);
      }
      if (BLOCKS > 3u) {
        let x3 = product(&k3, &allW) - u[3];
        let y3 = product(&h3, &allU) - phi * w[3];
        if (TERMS) {
          part = fma(w[3], x3 - u[3], part);
        }
        optimize(at + 12u, stride, w[3], phi * fma(invA, x3, prior * w[3]), r);
        optimize(at + shape.weights + 12u, stride, u[3], invA * y3, r);
      }
      if (BLOCKS > 4u) {
        let x4 = product(&k4, &allW) - u[4];
        let y4 = product(&h4, &allU) - phi * w[4];
        if (TERMS) {
          part = fma(w[4], x4 - u[4], part);
        }
        optimize(at + 16u, stride, w[4], phi * fma(invA, x4, prior * w[4]), r);
        optimize(at + shape.weights + 16u, stride, u[4], invA * y4, r);
      }
      if (BLOCKS > 5u) {
        let x5 = product(&k5, &allW) - u[5];
        let y5 = product(&h5, &allU) - phi * w[5];
        if (TERMS) {
          part = fma(w[5], x5 - u[5], part);
        }
        optimize(at + 20u, stride, w[5], phi * fma(invA, x5, prior * w[5]), r);
        optimize(at + shape.weights + 20u, stride, u[5], invA * y5, r);
      }
      if (BLOCKS > 6u) {
        let x6 = product(&k6, &allW) - u[6];
        let y6 = product(&h6, &allU) - phi * w[6];
        if (TERMS) {
          part = fma(w[6], x6 - u[6], part);
        }
        optimize(at + 24u, stride, w[6], phi * fma(invA, x6, prior * w[6]), r);
        optimize(at + shape.weights + 24u, stride, u[6], invA * y6, r);
      }
      if (BLOCKS > 7u) {
        let x7 = product(&k7, &allW) - u[7];
        let y7 = product(&h7, &allU) - phi * w[7];
        if (TERMS) {
          part = fma(w[7], x7 - u[7], part);
        }
        optimize(at + 28u, stride, w[7], phi * fma(invA, x7, prior * w[7]), r);
        optimize(at + shape.weights + 28u, stride, u[7], invA * y7, r);
      }
      if (TERMS) {
        fit = fma(phi, part, fit);
      }
    }
    let slope0 = variance[0] * fma(invA, dot(k0[0], mine), prior) - model.beta;
    let learnable0 = select(0.0, model.learnable, q + 0u < model.latents);
    optimize(logVar + 0u, stride, logVars[0], 0.5 * learnable0 * slope0, r);
    if (BLOCKS > 1u) {
      let slope1 = variance[1] * fma(invA, dot(k1[1], mine), prior) - model.beta;
      let learnable1 = select(0.0, model.learnable, q + 4u < model.latents);
      optimize(logVar + 4u, stride, logVars[1], 0.5 * learnable1 * slope1, r);
    }
    if (BLOCKS > 2u) {
      let slope2 = variance[2] * fma(invA, dot(k2[2], mine), prior) - model.beta;
      let learnable2 = select(0.0, model.learnable, q + 8u < model.latents);
      optimize(logVar + 8u, stride, logVars[2], 0.5 * learnable2 * slope2, r);
    }
    if (BLOCKS > 3u) {
      let slope3 = variance[3] * fma(invA, dot(k3[3], mine), prior) - model.beta;
      let learnable3 = select(0.0, model.learnable, q + 12u < model.latents);
      optimize(logVar + 12u, stride, logVars[3], 0.5 * learnable3 * slope3, r);
    }
    if (BLOCKS > 4u) {
      let slope4 = variance[4] * fma(invA, dot(k4[4], mine), prior) - model.beta;
      let learnable4 = select(0.0, model.learnable, q + 16u < model.latents);
      optimize(logVar + 16u, stride, logVars[4], 0.5 * learnable4 * slope4, r);
    }
    if (BLOCKS > 5u) {
      let slope5 = variance[5] * fma(invA, dot(k5[5], mine), prior) - model.beta;
      let learnable5 = select(0.0, model.learnable, q + 20u < model.latents);
      optimize(logVar + 20u, stride, logVars[5], 0.5 * learnable5 * slope5, r);
    }
    if (BLOCKS > 6u) {
      let slope6 = variance[6] * fma(invA, dot(k6[6], mine), prior) - model.beta;
      let learnable6 = select(0.0, model.learnable, q + 24u < model.latents);
      optimize(logVar + 24u, stride, logVars[6], 0.5 * learnable6 * slope6, r);
    }
    if (BLOCKS > 7u) {
      let slope7 = variance[7] * fma(invA, dot(k7[7], mine), prior) - model.beta;
      let learnable7 = select(0.0, model.learnable, q + 28u < model.latents);
      optimize(logVar + 28u, stride, logVars[7], 0.5 * learnable7 * slope7, r);
    }

    if (TERMS) {
      fit = quadSum(fit);
      trace = quadSum(trace);
      logSum = quadSum(logSum);
      if (q == 0u) {
        let reconstruction = fma(0.5 * invA, fit, model.reconstructionConstant);
        let kl = fma(0.5, trace * model.invE - logSum, model.klConstant);
        terms[ringIndex(index, model.slot)] =
          vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
      }
    }
  }
}
