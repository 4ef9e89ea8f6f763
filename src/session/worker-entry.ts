/** What the worker exposes: `TrainerApi` behind a `connect` that says where events go. */
import type { TrainerApi } from "./protocol.ts";
import type { EnginePreference } from "./engine-choice.ts";
import { TrainerHost } from "./host.ts";

export interface WorkerEntry extends TrainerApi {
  connect(events: MessagePort, engine: EnginePreference): void;
}

/** A host that comes to life on `connect`. */
export function createWorkerEntry(gpu: GPU | undefined): WorkerEntry {
  let host: TrainerHost | null = null;
  const connected = (): TrainerHost => {
    if (!host) throw new Error("connect first");
    return host;
  };
  return {
    connect: (events, engine) => {
      // An echo tells the page that it has seen every event before it.
      events.onmessage = () => {
        events.postMessage(null);
      };
      host = new TrainerHost(gpu, engine, (message, transfer) => {
        events.postMessage(message, transfer);
      });
    },
    open: (config, run, saved) => connected().open(config, run, saved),
    save: (most) => connected().save(most),
    play: () => connected().play(),
    pause: () => connected().pause(),
    step: (count) => connected().step(count),
    setPace: (pace) => connected().setPace(pace),
    update: (lanes) => connected().update(lanes),
    measure: () => connected().measure(),
    profile: () => connected().profile(),
    show: (request) => connected().show(request),
    estimateLikelihood: (samples) => connected().estimateLikelihood(samples),
    cancelLikelihood: () => connected().cancelLikelihood(),
    look: (step) => connected().look(step),
    branch: () => connected().branch(),
    seeds: (lane, count) => connected().seeds(lane, count),
    cancelSeeds: () => connected().cancelSeeds(),
    weights: () => connected().weights(),
    poke: (lane, steps) => connected().poke(lane, steps),
    sweep: (spec, sweep) => connected().sweep(spec, sweep),
    cancelSweep: () => connected().cancelSweep(),
    map: (spec, map, train) => connected().map(spec, map, train),
    pauseMap: (paused) => connected().pauseMap(paused),
    cancelMap: () => connected().cancelMap(),
    rotate: (lane, on) => connected().rotate(lane, on),
    importFile: (file, labels) => connected().importFile(file, labels),
  };
}
