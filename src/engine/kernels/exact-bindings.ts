/** What the exact-moment kernels of linear VAEs share (`shaders/lib/exact-vae.wgsl`). */
import rates from "../../../shaders/lib/exact-rates.wgsl";
import vae from "../../../shaders/lib/exact-vae.wgsl";
import type { KernelSpec } from "../kernel.ts";

export const EXACT_VAE = {
  libraries: [vae, rates],
  bindings: {
    models: "read",
    spectra: "read",
    schedule: "read",
    arena: "read_write",
    terms: "read_write",
  },
  uniforms: {
    shape: ["weights", "latents", "coordinates", "ring", "lanes"],
    step: ["first", "count", "model", "rate"],
  },
} satisfies Partial<KernelSpec>;
