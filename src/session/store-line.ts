/** The page's line to the worker: calls over comlink, events over a port of their own, in order. */
import * as Comlink from "comlink";
import type { TrainerApi, TrainerMessage } from "./protocol.ts";
import type { WorkerEntry } from "./worker-entry.ts";

export class WorkerLine {
  readonly api: Promise<Comlink.Remote<TrainerApi>>;
  readonly #events: MessagePort;
  /** Calls that wait for the events before their echo. */
  readonly #echoes: (() => void)[] = [];

  /** @param hear called with every event, in order */
  constructor(
    worker: Comlink.Endpoint,
    engine: "auto" | "cpu",
    hear: (message: TrainerMessage) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<TrainerMessage | null>) => {
      if (data === null) this.#echoes.shift()?.();
      else hear(data);
    };
    this.#events = port1;
    const entry = Comlink.wrap<WorkerEntry>(worker);
    this.api = entry
      .connect(Comlink.transfer(port2, [port2]), engine)
      .then(() => entry as unknown as Comlink.Remote<TrainerApi>);
  }

  /** Resolves when every event that the call led to has been heard: they have an order of their own. */
  async call(
    command: (api: Comlink.Remote<TrainerApi>) => Promise<void>,
  ): Promise<void> {
    await command(await this.api);
    await new Promise<void>((resolve) => {
      this.#echoes.push(resolve);
      this.#events.postMessage(null);
    });
  }
}
