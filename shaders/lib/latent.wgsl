// Noise and masks of latent units; needs rng.wgsl.

// 1 for units 4 u .. 4 u + 3 that exist, 0 for padding.
fn unitMask(u: u32, units: u32) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), vec4u(u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(units));
}

// Draws of four consecutive indices, which straddle two hashes unless `index` is 0 mod 4.
fn normalsAt(seed: u32, step: u32, stream: u32, index: u32) -> vec4f {
  let first = normal4(seed, step, stream, index >> 2u);
  let shift = index & 3u;
  if (shift == 0u) {
    return first;
  }
  let second = normal4(seed, step, stream, (index >> 2u) + 1u);
  switch (shift) {
    case 1u: { return vec4f(first.yzw, second.x); }
    case 2u: { return vec4f(first.zw, second.xy); }
    default: { return vec4f(first.w, second.xyz); }
  }
}

// eps of units 4 u .. 4 u + 3 of row b, 0 for padding; draws are counted b * units + unit.
fn latentNoise(seed: u32, step: u32, b: u32, u: u32, units: u32) -> vec4f {
  return unitMask(u, units) * normalsAt(seed, step, STREAM_LATENT, b * units + u * 4u);
}
