// What the exact-moment kernels of linear VAEs share: formulas, bindings, terms.
//
// In the data's eigenbasis, coordinate j with eigenvalue phi, encoder column w and decoder row u:
//   H = sum phi w w^T + diag(sigma^2)        K = sum u u^T
//   du = (H u - phi w) / a                   dw = phi ((K w - u) / a + beta w / e)
//   dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
//   reconstruction = (sum phi (1 + w.(K w - 2 u)) + tr(K Sigma)) / 2a + constant
//   kl = (tr H / e - sum logVar) / 2 + constant
// spectra, arena and what only one of them needs are bound by the kernels themselves.

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
  // Padded, as each kernel needs them.
  latents: u32,
  coordinates: u32,
  // Slots of the terms ring, and columns.
  ring: u32,
  lanes: u32,
}

@group(0) @binding(0) var<storage, read> models: array<Model>;
// Adam's bias corrections of each step: sqrt(1 - decay2^t) / (1 - decay1^t), epsilon sqrt(1 - decay2^t)
@group(0) @binding(2) var<storage, read> schedule: array<vec2f>;
// [ring, lanes]: loss, reconstruction, kl, 0
@group(0) @binding(4) var<storage, read_write> terms: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;

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
