/** Loss terms of a tape as dispatches: each row's nats, and the gradients of the terms themselves. */
import { matrixBytes } from "./arena.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import { bernoulliNll } from "./kernels/bernoulli-nll.ts";
import { gaussianEntropy } from "./kernels/gaussian-entropy.ts";
import { gaussianKl, klUnitMeans } from "./kernels/gaussian-kl.ts";
import { gaussianNll } from "./kernels/gaussian-nll.ts";
import type { Tier } from "./kernels/launch.ts";
import type { Places } from "./tape-places.ts";
import type { LossOp } from "./tape.ts";

/** Nats of `batch` rows go to the op's part of the partials. */
export function lossDispatches(
  tier: Tier,
  batch: number,
  places: Places,
  op: LossOp,
): DispatchSpec[] {
  const place = { scalar: op.part, offset: op.part * batch };
  const { partials } = places.tensors;
  switch (op.kind) {
    case "nll": {
      const { target, mean } = op;
      const dTarget = target.constant
        ? {}
        : { dTarget: places.gradient(target) };
      return [
        gaussianNll(
          tier,
          { batch, width: mean.columns, ...place },
          {
            mean: places.mark(mean),
            target: !target.constant && places.mark(target),
          },
          {
            observed: places.value(target),
            mean: places.value(mean),
            dMean: places.gradient(mean),
            partials,
            ...dTarget,
          },
        ),
      ];
    }
    case "bernoulli": {
      const { target, logits } = op;
      return [
        bernoulliNll(
          tier,
          { batch, width: logits.columns, ...place },
          places.mark(logits),
          {
            observed: places.value(target),
            logits: places.value(logits),
            dLogits: places.gradient(logits),
            partials,
          },
        ),
      ];
    }
    case "entropy": {
      const { logVar } = op;
      return [
        gaussianEntropy(
          tier,
          { batch, units: logVar.columns, ...place },
          logVar.rows === 1,
          places.mark(logVar),
          {
            logVar: places.value(logVar),
            dLogVar: places.gradient(logVar),
            partials,
          },
        ),
      ];
    }
    case "kl":
      return klDispatches(tier, batch, places, op);
  }
}

function klDispatches(
  tier: Tier,
  batch: number,
  places: Places,
  { part, excess, mean, logVar }: LossOp & { kind: "kl" },
): DispatchSpec[] {
  const sizes = { batch, units: mean.columns, scalar: part };
  const shared = logVar.rows === 1;
  const values = { mean: places.value(mean), logVar: places.value(logVar) };
  const add = { mean: places.mark(mean), logVar: places.mark(logVar) };
  const tensors = {
    ...values,
    dMean: places.gradient(mean),
    dLogVar: places.gradient(logVar),
    partials: places.tensors.partials,
  };
  const offset = part * batch;
  if (excess === undefined) {
    return [gaussianKl(tier, { ...sizes, offset }, shared, add, tensors)];
  }
  const unitMeans = places.tensors.create(
    "KL of each unit",
    matrixBytes(1, mean.columns),
  );
  return [
    klUnitMeans(tier, sizes, shared, { ...values, unitMeans }),
    gaussianKl(
      tier,
      { ...sizes, offset, excess: excess * batch },
      shared,
      add,
      { ...tensors, unitMeans },
    ),
  ];
}
