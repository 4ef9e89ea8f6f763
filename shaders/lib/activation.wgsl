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
