/** A run's state, given away to be kept, and taken up again: after a reload, or a lost device. Worker side. */
import type { Checkpoint, SchedulerOptions } from "../engine/scheduler.ts";
import type { Backend, LaneInput, Snapshot } from "../engine/stepper.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSet } from "../model/ops.ts";
import { dataShape } from "../model/param.ts";
import type { EngineInfo } from "./protocol.ts";
import type { Run } from "./run.ts";
import { startsAgainMessage } from "./run-messages.ts";
import type { RunTensor, SavedState } from "./runs-protocol.ts";

/** Where a run begins, if not at step 0. */
export interface Origin {
  /** What a CPU that takes over a GPU's run is built from. */
  readonly checkpoint: Checkpoint | null;
  /** What the scheduler begins with, or why it begins at step 0. */
  begin(backend: Backend, info: EngineInfo | null): Promise<Beginning>;
}

interface Beginning {
  readonly options?: Pick<
    SchedulerOptions,
    "snapshot" | "firstStep" | "stopped"
  >;
  readonly message?: string;
}

/** The lane diverged: it stands still, and is judged so. */
export function stopLane(run: Run, lane: number): void {
  run.stopped.add(lane);
  run.reporter.diverge(lane);
}

/** Goes on from a run whose device was lost, its lanes that diverged as they were. */
export function fromLost({ scheduler, stopped }: Run): Origin {
  const { checkpoint, snapshot } = scheduler;
  return {
    checkpoint,
    begin: (backend, info) => {
      for (const lane of stopped) backend.stop(lane);
      const options = {
        stopped: [...stopped],
        ...(checkpoint && { firstStep: checkpoint.step }),
        ...(info?.kind === "webgpu" && snapshot && { snapshot }),
      };
      return Promise.resolve({ options });
    },
  };
}

/** Goes on from what was kept: bit for bit, or not at all. */
export function fromSaved(saved: SavedState): Origin {
  const { step, arenas, stopped } = saved;
  const snapshot: Snapshot = { step, arenas };
  return {
    checkpoint: null,
    begin: async (backend, info) => {
      const same = info?.kind === saved.engine;
      if (!same || !(await fits(backend, snapshot, saved.check)))
        return { message: startsAgainMessage(saved, info) };
      for (const lane of stopped) backend.stop(lane);
      return { options: { snapshot, stopped } };
    },
  };
}

/** Whether the engine takes the arenas, and reads the tensors out of them that were read when they were kept. */
async function fits(
  backend: Backend,
  snapshot: Snapshot,
  check: number,
): Promise<boolean> {
  const start = await backend.snapshot();
  try {
    backend.restore(snapshot);
    if (checkOf(backend.paramsOf(snapshot)) === check) return true;
  } catch {
    // Of another size: another version of the program packs otherwise.
  }
  backend.restore(start);
  return false;
}

/** The latest whole state of a run under its settings of now; null if it would take more than `most` bytes. */
export function saveState(
  run: Pick<Run, "scheduler" | "history" | "inputs" | "stopped"> | null,
  info: EngineInfo | null,
  most: number,
): SavedState | null {
  if (!run || !info) return null;
  const { scheduler, history, inputs, stopped } = run;
  const kept = history.kept.wholeAt(Infinity, inputs)?.snapshot;
  const snapshot = kept ?? scheduler.snapshot;
  if (!snapshot) return null;
  const { step, arenas } = snapshot;
  if (arenas.reduce((sum, { byteLength }) => sum + byteLength, 0) > most)
    return null;
  const params = scheduler.paramsOf(snapshot);
  return {
    step,
    engine: info.kind,
    adapter: info.adapter,
    arenas,
    stopped: [...stopped],
    check: checkOf(params),
    tensors: inputs.map((input, lane) => tensorsOf(input, params[lane])),
  };
}

function tensorsOf({ settings, data }: LaneInput, params: ParamSet) {
  const specs = MODELS[settings.model].params(settings, dataShape(data));
  return Object.entries(params).map(([name, values]): RunTensor => {
    const spec = specs.find((one) => one.name === name);
    return { name, shape: spec?.shape ?? [values.length], values };
  });
}

/** FNV-1a over the bits of all tensors, in the order of their names. */
export function checkOf(lanes: readonly ParamSet[]): number {
  let hash = 0x811c9dc5;
  for (const params of lanes)
    for (const name of Object.keys(params).sort()) {
      const { buffer, byteOffset, length } = params[name];
      for (const bits of new Uint32Array(buffer, byteOffset, length))
        hash = Math.imul(hash ^ bits, 0x01000193);
    }
  return hash >>> 0;
}
