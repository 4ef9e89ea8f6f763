/** A run's tensors as they stand. Worker side. */
import { MODELS } from "../model/models.ts";
import { dataShape } from "../model/param.ts";
import type { Run } from "./run.ts";
import type { WeightsReadout } from "./weights-protocol.ts";

/** Tensors at the step last read; null before the first reading. */
export async function weightsOf(
  run: Run | null,
): Promise<WeightsReadout | null> {
  if (run && run.scheduler.status !== "running") await run.scheduler.readNow();
  const at = run?.scheduler.checkpoint;
  if (!run || !at) return null;
  return {
    step: at.step,
    lanes: run.inputs.map(({ settings, data }, lane) =>
      MODELS[settings.model]
        .params(settings, dataShape(data))
        .map(({ name, shape, trained, init }) => ({
          name,
          shape: [shape[0], shape[1]],
          values: at.params[lane][name],
          trained,
          start: init,
        })),
    ),
  };
}
