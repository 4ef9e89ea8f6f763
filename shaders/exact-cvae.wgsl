// Exact-moment training of linear conditional VAEs, one workgroup a model.
//
// x in the eigenbasis of its moments (c: eigenvalue phi, encoder column w_c), y in that of its
// residual about the regression on x (m: eigenvalue t, encoder column v_m, decoder row u_m), V the
// decoder's matrix on x and B the regression, [y, x]:
//   f_c = w_c + sum_m B_mc v_m      T_mc = u_m.f_c + V_mc - B_mc
//   H = sum t v v^T + diag(sigma^2)        K = sum u u^T
//   dV_mc = T_mc phi_c / a          du_m = sum_c dV_mc f_c + (H u_m - t v_m) / a
//   dw_c = sum_m dV_mc u_m + beta phi_c f_c / e
//   dv_m = t ((K v_m - u_m) / a + beta v_m / e) + sum_c B_mc dw_c
//   dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
//   reconstruction = (sum phi T^2 + sum t (1 + v.(K v - 2 u)) + tr(K Sigma)) / 2a + constant
//   kl = ((sum phi |f|^2 + tr H) / e - sum logVar) / 2 + constant
// Five phases a step, a barrier after each, all steps of a dispatch in one loop: f, H, K, then dV,
// then du and dw, then dv and the variances, then the update. Latents and coordinates are padded
// to multiples of 4; padding computes exact zeros.

struct Shape {
  // All sizes in vec4s: coordinates of x and of y, a row of the encoder (k / 4).
  inputs: u32,
  outputs: u32,
  width: u32,
  // Values of a model, where the work of the first model starts, and its size.
  tensors: u32,
  work: u32,
  workSize: u32,
  // Slots of the terms ring, and columns.
  ring: u32,
  lanes: u32,
}

// Values: encWx^T [dx, k] | encWy^T [dy, k] | decUz [dy, k] | decUx [dy, dx] | logVar
// Constants: phi | t | B [dy, dx]
// Work: gradients | f [dx, k] | products
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
  let inputs = shape.inputs;
  let outputs = shape.outputs;
  let square = 4u * width * width;
  let values = place * 3u * shape.tensors;
  let wx = Matrix(values, width);
  let wy = Matrix(wx.at + 4u * inputs * width, width);
  let uz = Matrix(wy.at + 4u * outputs * width, width);
  let ux = Matrix(uz.at + 4u * outputs * width, inputs);
  let logVar = ux.at + 4u * outputs * inputs;
  let phi = model.constants;
  let residual = phi + inputs;
  let regression = Matrix(residual + outputs, inputs);
  let gradients = shape.work + place * shape.workSize;
  // From a value to its gradient, modulo 2^32.
  let toGradient = gradients - values;
  let dWx = Matrix(wx.at + toGradient, width);
  let dUx = Matrix(ux.at + toGradient, inputs);
  let f = Matrix(gradients + shape.tensors, width);
  let products = select(f.at + 4u * inputs * width, LOCAL_BASE, LOCAL);
  let h = Matrix(products, width);
  let k = Matrix(products + square, width);

  let prior = model.beta * model.invE;

  for (var count = 0u; count < step.count; count++) {
    let index = step.first + count;
    // Reconstruction, kl, each doubled and without its constant.
    var sums = vec4f();

    for (var task = invocation; task < 2u * SPLITS * width * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let i = (task / width) % width;
      let part = task / (width * width);
      let out = Matrix(products + part * square, width);
      if (part % 2u == 1u) {
        saveBlock(out, i, l, productColumns(mat4x4f(), uz, i, uz, l, part / 2u, SPLITS, outputs));
      } else {
        var x = weighedGram(wy, i, l, residual, part / 2u, SPLITS, outputs);
        if (part == 0u && i == l) {
          x += diagonalBlock(variances(logVar, i, model.latents));
        }
        saveBlock(out, i, l, x);
      }
    }
    for (var task = invocation; task < inputs * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let c = task / width;
      saveBlock(f, c, l, productColumns(loadBlock(wx, c, l), regression, c, wy, l, 0u, 1u, outputs));
    }
    storageBarrier();
    workgroupBarrier();
    if (SPLITS > 1u) {
      sumSplits(products, square, invocation);
    }

    for (var task = invocation; task < outputs * inputs; task += WORKGROUP_SIZE) {
      let c = task % inputs;
      let m = task / inputs;
      let gap = loadBlock(ux, m, c) - loadBlock(regression, m, c);
      let t = productRows(gap, uz, m, f, c, width);
      let pt = scaleColumns(arena[phi + c], t);
      sums.x += sum4(dotRows(pt, t));
      saveBlock(dUx, m, c, model.invA * pt);
    }
    storageBarrier();
    workgroupBarrier();

    for (var task = invocation; task < outputs * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let m = task / width;
      let hu = product(mat4x4f(), uz, m, h, l, width);
      let tv = scaleRows(arena[residual + m], loadBlock(wy, m, l));
      let du = product(model.invA * (hu - tv), dUx, m, f, l, inputs);
      saveBlock(Matrix(uz.at + toGradient, width), m, l, du);
    }
    for (var task = invocation; task < inputs * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let c = task / width;
      let x = loadBlock(f, c, l);
      let px = scaleRows(arena[phi + c], x);
      sums.y += model.invE * sum4(dotRows(px, x));
      saveBlock(dWx, c, l, productColumns(prior * px, dUx, c, uz, l, 0u, 1u, outputs));
    }
    storageBarrier();
    workgroupBarrier();

    for (var task = invocation; task < outputs * width; task += WORKGROUP_SIZE) {
      let l = task % width;
      let m = task / width;
      let t = arena[residual + m];
      let v = loadBlock(wy, m, l);
      let u = loadBlock(uz, m, l);
      let kv = product(mat4x4f(), wy, m, k, l, width);
      sums.x += dot(t, select(0.0, 1.0, l == 0u) + dotRows(v, kv - 2.0 * u));
      let own = scaleRows(t, model.invA * (kv - u) + prior * v);
      saveBlock(Matrix(wy.at + toGradient, width), m, l, product(own, regression, m, dWx, l, inputs));
    }
    for (var part = invocation; part < width; part += WORKGROUP_SIZE) {
      let variance = variances(logVar, part, model.latents);
      let trained = model.learnable * realLatents(part, model.latents);
      let kk = diagonal(k, part);
      arena[logVar + part + toGradient] = 0.5 * trained * (variance * (model.invA * kk + prior) - model.beta);
      sums.x += dot(kk, variance);
      sums.y += sum4(model.invE * diagonal(h, part) - arena[logVar + part]);
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
