// Exact-moment training of two-level linear hierarchical VAEs, one workgroup a model.
//
// In the data's eigenbasis, coordinate j with eigenvalue phi, encoder column w and decoder row u;
// W, U below are those of level 2:
//   S = sum phi w w^T + Sigma1     K = sum u u^T     R = U W - I     Q = R S     Y = W S
//   G = (K + beta R^T R) / a + beta2 W^T W / e
//   du = (S u - phi w) / a         dw = phi (G w - u / a)
//   dU = beta (Q W^T + U Sigma2) / a     dW = beta U^T Q / a + beta2 Y / e
//   dlogVar1_i = (sigma1_i^2 G_ii - beta) / 2
//   dlogVar2_j = (sigma2_j^2 (beta |U_j|^2 / a + beta2 / e) - beta2) / 2
//   reconstruction = (sum phi (1 - 2 w.u) + tr(K S)) / 2a + constant
//   kl = ((tr(R S R^T) + tr(U Sigma2 U^T)) / a - sum logVar1) / 2 + constant, of any sign
//   kl2 = ((tr(W S W^T) + tr Sigma2) / e - sum logVar2) / 2 + constant
// Four phases a step, a barrier after each, all steps of a dispatch in one loop: S, K, R, then
// Q, G (in the place of K), Y, then gradients, then the update. Latents and coordinates are padded
// to multiples of 4; padding computes zeros wherever it meets a weight.

struct Shape {
  // All sizes in vec4s: a spectrum, a row of W1 (k1 / 4), a row of U2 (k2 / 4).
  coordinates: u32,
  width: u32,
  width2: u32,
  // Values of a model, where the work of the first model starts, and its size.
  tensors: u32,
  work: u32,
  workSize: u32,
  // Slots of the terms ring, and columns.
  ring: u32,
  lanes: u32,
}

// Values: encW1^T [D, k1] | decU1 [D, k1] | encW2 [k2, k1] | decU2 [k1, k2] | logVar1 | logVar2
// Constants: phi
// Work: gradients | products
@group(0) @binding(4) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let place = step.model + group.x;
  let model = models[place];
  if (model.running == 0u) {
    if (invocation == 0u) {
      keepTerms(model.slot, shape.ring, shape.lanes);
    }
    return;
  }
  let width = shape.width;
  let width2 = shape.width2;
  let weights = 4u * shape.coordinates * width;
  let cross = 4u * width * width2;
  let square = 4u * width * width;
  let values = place * 3u * shape.tensors;
  let phi = model.constants;
  let gradients = shape.work + place * shape.workSize;
  // From a value to its gradient, modulo 2^32.
  let toGradient = gradients - values;
  let w1 = Matrix(values, width);
  let u1 = Matrix(values + weights, width);
  let w2 = Matrix(values + 2u * weights, width);
  let u2 = Matrix(values + 2u * weights + cross, width2);
  let logVar1 = values + 2u * weights + 2u * cross;
  let logVar2 = logVar1 + width;
  let products = select(gradients + shape.tensors, LOCAL_BASE, LOCAL);
  let s = Matrix(products, width);
  let g = Matrix(products + square, width);
  let r = Matrix(products + 2u * SPLITS * square, width);
  let q = Matrix(r.at + square, width);
  let y = Matrix(q.at + square, width);

  let fit = model.beta * model.invA;
  let prior2 = model.beta2 * model.invE;

  for (var count = 0u; count < step.count; count++) {
    let index = step.first + count;
    // Reconstruction, kl, kl2, each doubled and without its constant.
    var sums = vec4f();

    for (var task = invocation; task < (2u * SPLITS + 1u) * width * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let i = (task / width) % width;
      let part = task / (width * width);
      if (part == 2u * SPLITS) {
        let identity = diagonalBlock(select(vec4f(0.0), realLatents(i, model.latents), i == l));
        saveBlock(r, i, l, product(mat4x4f() - identity, u2, i, w2, l, width2));
      } else if (part % 2u == 1u) {
        let k = productColumns(mat4x4f(), u1, i, u1, l, part / 2u, SPLITS, shape.coordinates);
        saveBlock(Matrix(products + part * square, width), i, l, k);
      } else {
        var h = weighedGram(w1, i, l, phi, part / 2u, SPLITS, shape.coordinates);
        if (part == 0u && i == l) {
          h += diagonalBlock(variances(logVar1, i, model.latents));
        }
        saveBlock(Matrix(products + part * square, width), i, l, h);
      }
    }
    storageBarrier();
    workgroupBarrier();
    if (SPLITS > 1u) {
      sumSplits(products, square, invocation);
      storageBarrier();
      workgroupBarrier();
    }

    for (var task = invocation; task < (2u * width + width2) * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let i = task / width;
      if (i < width) {
        let x = product(mat4x4f(), r, i, s, l, width);
        sums.y += model.invA * sum4(dotRows(x, loadBlock(r, i, l)));
        saveBlock(q, i, l, x);
      } else if (i < 2u * width) {
        let k = loadBlock(g, i - width, l);
        sums.x += sum4(dotRows(k, loadBlock(s, i - width, l)));
        let rr = productColumns(mat4x4f(), r, i - width, r, l, 0u, 1u, width);
        let ww = productColumns(mat4x4f(), w2, i - width, w2, l, 0u, 1u, width2);
        saveBlock(g, i - width, l, model.invA * k + fit * rr + prior2 * ww);
      } else {
        let x = product(mat4x4f(), w2, i - 2u * width, s, l, width);
        sums.z += model.invE * sum4(dotRows(x, loadBlock(w2, i - 2u * width, l)));
        saveBlock(y, i - 2u * width, l, x);
      }
    }
    storageBarrier();
    workgroupBarrier();

    for (var task = invocation; task < shape.coordinates * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let j = task / width;
      let p = arena[phi + j];
      let w = loadBlock(w1, j, l);
      let u = loadBlock(u1, j, l);
      sums.x += dot(p, select(0.0, 1.0, l == 0u) - 2.0 * dotRows(w, u));
      let su = product(mat4x4f(), u1, j, s, l, width);
      let gw = product(mat4x4f(), w1, j, g, l, width);
      saveBlock(Matrix(u1.at + toGradient, width), j, l, model.invA * (su - scaleRows(p, w)));
      saveBlock(Matrix(w1.at + toGradient, width), j, l, scaleRows(p, gw - model.invA * u));
    }
    for (var task = invocation; task < width * width2; task += WORKGROUP_SIZE) {
      let l = task % width2;
      let i = task / width2;
      let u = loadBlock(u2, i, l);
      let variance = variances(logVar2, l, model.latents2);
      let us = scaleColumns(variance, u);
      sums.y += model.invA * sum4(dotRows(us, u));
      saveBlock(Matrix(u2.at + toGradient, width2), i, l, fit * productRows(us, q, i, w2, l, width));
      let x = productColumns(mat4x4f(), u2, l, q, i, 0u, 1u, width);
      saveBlock(Matrix(w2.at + toGradient, width), l, i, fit * x + prior2 * loadBlock(y, l, i));
    }
    for (var part = invocation; part < width + width2; part += WORKGROUP_SIZE) {
      if (part < width) {
        let variance = variances(logVar1, part, model.latents);
        let trained = model.learnable * realLatents(part, model.latents);
        arena[logVar1 + part + toGradient] = 0.5 * trained * (variance * diagonal(g, part) - model.beta);
        sums.y -= sum4(arena[logVar1 + part]);
      } else {
        let unit = part - width;
        let variance = variances(logVar2, unit, model.latents2);
        let trained = model.learnable2 * realLatents(unit, model.latents2);
        var norm = vec4f();
        for (var n = 0u; n < 4u * width; n++) {
          let u = arena[u2.at + n * width2 + unit];
          norm = fma(u, u, norm);
        }
        arena[logVar2 + unit + toGradient] = 0.5 * trained * (variance * (fit * norm + prior2) - model.beta2);
        sums.z += sum4(model.invE * variance - arena[logVar2 + unit]);
      }
    }
    // Reconstruction so far lacks 1 / a.
    parts[invocation] = vec4f(model.invA * sums.x, sums.yzw);
    storageBarrier();
    workgroupBarrier();

    let rates = stepRates(model, index);
    for (var at = values + invocation; at < values + shape.tensors; at += WORKGROUP_SIZE) {
      optimize(at, shape.tensors, arena[at + toGradient], rates);
    }
    sumParts(invocation);
    storageBarrier();
    workgroupBarrier();
    if (invocation == 0u) {
      writeTerms(ringIndex(index, model.slot, shape.ring, shape.lanes), model);
    }
  }
}
