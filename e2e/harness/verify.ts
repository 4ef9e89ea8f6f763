/** What the verification runs in the page: one linear problem trained to its theorem. */
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import { parseLink } from "../../src/experiment/link.ts";
import { allLanes } from "../../src/experiment/config.ts";
import { createTrainer } from "../../src/session/trainer.ts";
import { presetProblems, problems } from "./verify-problems.ts";

export interface VerifyRequest {
  readonly link: string;
  readonly engine: "webgpu" | "cpu";
  /** Learning rates of successive phases and their steps; the first phase is the link's own. */
  readonly phases: readonly { readonly rate: number; readonly steps: number }[];
}

/** One lane's end. */
export interface VerifyLane {
  readonly kind: string;
  readonly loss: number;
  readonly predictedLoss: number;
  /** (loss - predicted) / max(1, |predicted|). */
  readonly gap: number;
  /** Largest difference of a predicted singular value; NaN where theory leaves all free. */
  readonly distance: number;
  readonly activeModes: readonly number[];
  /** Modes that theory calls alive; NaN where it leaves that free. */
  readonly alive: readonly number[];
  readonly steps: number;
}

let shared: Promise<Gpu> | null = null;

async function verify(request: VerifyRequest): Promise<VerifyLane[]> {
  const { config, notices } = parseLink(request.link);
  if (notices.length > 0) throw new Error(JSON.stringify(notices));
  const gpu =
    request.engine === "webgpu"
      ? await (shared ??= openGpu(navigator.gpu))
      : undefined;
  const trainer = await createTrainer({
    config,
    ...(gpu && { device: gpu.device }),
  });
  const settings = allLanes(config);
  for (const { rate, steps } of request.phases) {
    await trainer.update(
      settings.map((lane) => ({
        ...lane,
        optimizer: { ...lane.optimizer, learningRate: rate },
      })),
    );
    await trainer.train(steps);
  }
  const lanes = trainer.readout().map((readout, lane): VerifyLane => {
    const prediction = trainer.predictions[lane];
    const predictedLoss = prediction?.loss ?? Number.NaN;
    return {
      kind: prediction?.kind ?? "none",
      loss: readout.loss,
      predictedLoss,
      gap:
        (readout.loss - predictedLoss) / Math.max(1, Math.abs(predictedLoss)),
      distance: readout.distance,
      activeModes: readout.levels.map((level) => level.activeModes),
      alive: prediction?.levels.map((level) => level.activeUnits) ?? [],
      steps: trainer.step,
    };
  });
  trainer.destroy();
  return lanes;
}

export const verifyHarness = {
  verify,
  verifyProblems: problems,
  verifyPresets: presetProblems,
};
