/** Loss terms of a step from the rows' nats (`shaders/terms.wgsl`). */
import step from "../../../shaders/lib/step.wgsl";
import code from "../../../shaders/terms.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { treeWorkgroup, type Tier } from "./launch.ts";

export const termsKernel = defineKernel({
  name: "terms",
  code,
  libraries: [step],
  bindings: { partials: "read", terms: "read_write" },
  uniforms: {
    shape: ["batch", "parts", "kinds", "lane", "lanes"],
    step: STEP_FIELDS,
  },
  overrides: ["WORKGROUP"],
});

/** What a part belongs to that only the loss has. */
export const LOSS_ONLY = 3;

/** partials [parts, batch] -> terms[slot, lane]; bits 2 p and 2 p + 1 of `kinds`: what part p belongs to. */
export function terms(
  tier: Tier,
  sizes: {
    batch: number;
    parts: number;
    kinds: number;
    lane: number;
    lanes: number;
  },
  tensors: { partials: Tensor; terms: Tensor },
): DispatchSpec {
  return {
    kernel: termsKernel,
    constants: { WORKGROUP: treeWorkgroup(tier) },
    tensors,
    shape: sizes,
    workgroups: [1, 1, 1],
  };
}
