// Activations by number: 0 none, 1 relu, 2 tanh, 3 gelu (tanh form: Hendrycks and Gimpel, 2016).

fn activate(x: vec4f, kind: u32) -> vec4f {
  switch (kind) {
    case 1u: { return max(x, vec4f(0.0)); }
    case 2u: { return tanh(clamp(x, vec4f(-15.0), vec4f(15.0))); }
    case 3u: {
      let inner = clamp(0.7978845608028654 * (x + 0.044715 * x * x * x), vec4f(-15.0), vec4f(15.0));
      return 0.5 * x * (1.0 + tanh(inner));
    }
    default: { return x; }
  }
}

// Derivative of activate at x; 0 for relu at 0.
fn activationSlope(x: vec4f, kind: u32) -> vec4f {
  switch (kind) {
    case 1u: { return select(vec4f(0.0), vec4f(1.0), x > vec4f(0.0)); }
    case 2u: {
      let t = tanh(clamp(x, vec4f(-15.0), vec4f(15.0)));
      return 1.0 - t * t;
    }
    case 3u: {
      let x2 = x * x;
      let t = tanh(clamp(0.7978845608028654 * x * (1.0 + 0.044715 * x2), vec4f(-15.0), vec4f(15.0)));
      let inner = 0.7978845608028654 * (1.0 + 0.134145 * x2);
      return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner;
    }
    default: { return vec4f(1.0); }
  }
}

// Derivative of relu or tanh where it gave `made`. Not `y`: reflection takes it for a tensor of that name.
fn activationSlopeOfResult(made: vec4f, kind: u32) -> vec4f {
  switch (kind) {
    case 1u: { return select(vec4f(0.0), vec4f(1.0), made > vec4f(0.0)); }
    case 2u: { return 1.0 - made * made; }
    default: { return vec4f(1.0); }
  }
}
