/** KL(N(mean, exp(logVar)) || N(0, prior)) of each row and its gradients (`shaders/gaussian-kl.wgsl`). */
import code from "../../../shaders/gaussian-kl.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, treeWorkgroup, type Tier } from "./launch.ts";

const common = {
  name: "gaussian-kl",
  code,
  libraries: [step],
  uniforms: {
    shape: ["batch", "units", "stride", "scalar", "offset", "excess"],
    step: STEP_FIELDS,
  },
};

const bindings = {
  mean: "read",
  logVar: "read",
  dMean: "read_write",
  dLogVar: "read_write",
  partials: "read_write",
} as const;

const overrides = ["BROADCAST", "ADD_MEAN", "ADD_LOG_VAR", "WORKGROUP"];

export const gaussianKlKernel = defineKernel({
  ...common,
  bindings,
  overrides,
});

export const gaussianKlFreeKernel = defineKernel({
  ...common,
  entryPoint: "mainFree",
  bindings: { ...bindings, floors: "read" },
  overrides,
});

export const klUnitMeansKernel = defineKernel({
  ...common,
  entryPoint: "means",
  bindings: { mean: "read", logVar: "read", unitMeans: "read_write" },
  overrides: ["BROADCAST", "WORKGROUP"],
});

interface Sizes {
  readonly batch: number;
  readonly units: number;
  /** Slot of the step's (prior variance, weight, free bits). */
  readonly scalar: number;
}

/**
 * mean [batch, units], logVar -> partials[offset ..], dMean, dLogVar.
 *
 * With free bits `unitMeans` [1, units] must hold what `klUnitMeans` writes, and
 * partials[excess ..] becomes what the loss has beyond the KL: to `terms` a part of its own,
 * of kind `LOSS_ONLY`, with the KL's weight.
 */
export function gaussianKl(
  tier: Tier,
  sizes: Sizes & { offset: number; excess?: number },
  broadcast: boolean,
  add: { mean: boolean; logVar: boolean },
  tensors: {
    mean: Tensor;
    logVar: Tensor;
    dMean: Tensor;
    dLogVar: Tensor;
    partials: Tensor;
    unitMeans?: Tensor;
  },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  const { unitMeans, ...others } = tensors;
  const { excess } = sizes;
  if ((unitMeans === undefined) !== (excess === undefined))
    throw new Error("Free bits need unitMeans and excess, both or neither.");
  return {
    ...(unitMeans
      ? {
          kernel: gaussianKlFreeKernel,
          tensors: { ...others, floors: unitMeans },
        }
      : { kernel: gaussianKlKernel, tensors: others }),
    constants: {
      BROADCAST: Number(broadcast),
      ADD_MEAN: Number(add.mean),
      ADD_LOG_VAR: Number(add.logVar),
      WORKGROUP: workgroup,
    },
    shape: {
      ...sizes,
      stride: rowStride(sizes.units),
      excess: excess ?? 0,
    },
    workgroups: groups(sizes.batch, workgroup),
  };
}

/** mean [batch, units], logVar -> unitMeans [1, units], mean over rows of each unit's KL. */
export function klUnitMeans(
  tier: Tier,
  sizes: Sizes,
  broadcast: boolean,
  tensors: { mean: Tensor; logVar: Tensor; unitMeans: Tensor },
): DispatchSpec {
  const stride = rowStride(sizes.units);
  return {
    kernel: klUnitMeansKernel,
    constants: {
      BROADCAST: Number(broadcast),
      WORKGROUP: treeWorkgroup(tier),
    },
    tensors,
    shape: { ...sizes, stride, offset: 0, excess: 0 },
    workgroups: [stride, 1, 1],
  };
}
