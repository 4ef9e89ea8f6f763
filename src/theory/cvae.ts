/**
 * The global minimum of the linear conditional VAE's expected loss: y given x, encoder
 * W1 x + W2 y, decoder U1 z + U2 x.
 *
 * At the optimum U2 = B and W1 = -W2 B with B = S_yx S_xx^+, which leaves the linear VAE of the
 * residual r = y - B x; theta are the singular values of r, omega those of U1 and lambda those of
 * W2 E^(1/2), with E the second moments of r. Learnable variance: Theorem 2 of Dang, Tran,
 * Nguyen and Ho (ICLR 2024); fixed variance: this project's own, by the same reduction.
 */
import type { Spectrum } from "./modes.ts";
import type { Prediction } from "./prediction.ts";
import { predictVae } from "./vae.ts";
import type { VaeSettings } from "./vae.ts";

/**
 * @param residual spectrum of r: theta_i^2 the eigenvalues of E, `energy` tr E, `columns` those of y
 *
 * Throws as `predictVae` does.
 */
export function predictCvae(
  settings: VaeSettings,
  residual: Spectrum,
): Prediction {
  return {
    ...predictVae(settings, residual),
    source:
      settings.encoderVariance.kind === "learnable"
        ? "Theorem 2 (Dang et al., ICLR 2024)"
        : "Derived in this project: the model of Theorem 2 (Dang et al., ICLR 2024) with fixed encoder variance",
  };
}
