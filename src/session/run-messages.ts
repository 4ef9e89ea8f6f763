/** What people are told when something happens to a run. */
import type { Settings } from "../experiment/config.ts";
import { laneName } from "../experiment/names.ts";
import type { EngineInfo } from "./protocol.ts";
import type { SavedState } from "./runs-protocol.ts";

export function divergedMessage(
  { optimizer: { learningRate } }: Settings,
  lane: number,
  step: number,
): string {
  return `${laneName(lane)} became non-finite at step ${step} (learning rate ${learningRate}). The last finite state is kept. Try a learning rate of ${learningRate / 10}.`;
}

/** @param info the engine that goes on from `step` after a device was lost */
export function resumedMessage(info: EngineInfo | null, step: number): string {
  return info?.kind === "cpu"
    ? `The GPU was reset. ${info.reason ?? ""} The run goes on from step ${step} on the CPU, its optimizer moments from zero.`
    : `The GPU was reset. The run goes on from step ${step} on a new device.`;
}

/** @param info the engine that was to go on with `saved` */
export function startsAgainMessage(
  { step, engine, adapter }: SavedState,
  info: EngineInfo | null,
): string {
  const why =
    info?.kind === engine
      ? "it was kept by another version of this page"
      : `it was trained on ${engine === "cpu" ? "the CPU" : `the GPU (${adapter})`}, and this page now uses ${info?.kind === "cpu" ? "the CPU" : "the GPU"}`;
  return `The run cannot go on exactly from step ${step}: ${why}. It starts again from step 0.`;
}
