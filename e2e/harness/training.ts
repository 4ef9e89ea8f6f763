/** What training tests call in the page. */
import { openGpu } from "../../src/engine/gpu.ts";
import { parseLink } from "../../src/experiment/link.ts";
import { allLanes, type Settings } from "../../src/experiment/config.ts";
import type { PokeReadout } from "../../src/session/poke-protocol.ts";
import type { LaneReadout } from "../../src/session/protocol.ts";
import {
  createTrainer,
  type StepTerms,
  type Trainer,
} from "../../src/session/trainer.ts";
import type { Prediction } from "../../src/theory/prediction.ts";

export interface TrainingResult {
  readonly step: number;
  readonly lanes: readonly {
    readonly readout: LaneReadout;
    readonly prediction: Prediction | null;
    readonly terms: readonly StepTerms[];
    readonly params: Readonly<Record<string, number[]>>;
    readonly diverged: number | null;
  }[];
}

export interface TrainingRequest {
  readonly link: string;
  readonly engine: "webgpu" | "cpu";
  /** Lengths of successive calls of `train`. */
  readonly trains: readonly number[];
  /** Throw the trainer away after each call but the last, and resume another from its snapshot. */
  readonly resume?: boolean;
}

/** Trains a link and returns what a caller of the library would see. */
async function train(request: TrainingRequest): Promise<TrainingResult> {
  const { config, notices } = parseLink(request.link);
  if (notices.length > 0) throw new Error(JSON.stringify(notices));
  const gpu =
    request.engine === "webgpu" ? await openGpu(navigator.gpu) : undefined;
  const create = (previous?: Trainer): Promise<Trainer> => {
    const snapshot = previous?.snapshot();
    return createTrainer({
      config,
      ...(gpu && { device: gpu.device }),
      ...(snapshot && { snapshot }),
    });
  };
  let trainer = await create();
  const lanes = trainer.predictions.length;
  const terms: StepTerms[][] = Array.from({ length: lanes }, () => []);
  for (const [index, count] of request.trains.entries()) {
    if (index > 0 && request.resume === true) {
      const next = await create(trainer);
      trainer.destroy();
      trainer = next;
    }
    await trainer.train(count);
    terms.forEach((lane, at) => lane.push(...trainer.terms(at)));
  }
  const result: TrainingResult = {
    step: trainer.step,
    lanes: trainer.readout().map((readout, lane) => ({
      readout,
      prediction: trainer.predictions[lane],
      terms: terms[lane],
      params: Object.fromEntries(
        Object.entries(trainer.params(lane)).map(([name, values]) => [
          name,
          Array.from(values),
        ]),
      ),
      diverged: trainer.diverged(lane),
    })),
  };
  trainer.destroy();
  gpu?.device.destroy();
  return result;
}

/** Trains a link's lanes, changes settings if asked, and pokes lane 0. */
async function poke(request: {
  readonly link: string;
  readonly train: number;
  readonly then?: Partial<Settings>;
  readonly steps: number;
}): Promise<PokeReadout | null> {
  const { config, notices } = parseLink(request.link);
  if (notices.length > 0) throw new Error(JSON.stringify(notices));
  const gpu = await openGpu(navigator.gpu);
  const trainer = await createTrainer({ config, device: gpu.device });
  await trainer.train(request.train);
  const { then } = request;
  if (then)
    await trainer.update(
      allLanes(config).map((settings) => ({ ...settings, ...then })),
    );
  const poked = await trainer.poke(0, request.steps);
  trainer.destroy();
  gpu.device.destroy();
  return poked;
}

export const trainingHarness = { train, poke };
