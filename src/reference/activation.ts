/** Activations and their slopes. */
import type { Activation } from "../model/ops.ts";

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/**
 * gelu is the tanh form (Hendrycks and Gimpel, 2016): WGSL has no erf, and engines must agree.
 */
export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return Math.max(0, x);
    case "tanh":
      return Math.tanh(x);
    case "gelu":
      return 0.5 * x * (1 + Math.tanh(geluInner(x)));
  }
}

/** Derivative at the input x; 0 for relu at 0. */
export function activationSlope(activation: Activation, x: number): number {
  switch (activation) {
    case "none":
      return 1;
    case "relu":
      return x > 0 ? 1 : 0;
    case "tanh":
      return 1 - Math.tanh(x) ** 2;
    case "gelu": {
      const t = Math.tanh(geluInner(x));
      const inner = GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
    }
  }
}

function geluInner(x: number): number {
  return GELU_SCALE * (x + GELU_CUBE * x ** 3);
}
