/** The page's view of sweeps: the latest one, whatever experiment is open. Page side. */
import type { TrainerApi, TrainerEvent } from "./protocol.ts";
import type { SweepProgress, SweepRow, SweepSpec } from "./sweep-protocol.ts";

export interface SweepState {
  /** Null before the first. */
  readonly spec: SweepSpec | null;
  readonly rows: readonly SweepRow[];
  readonly progress: SweepProgress | null;
  /** A classroom link keeps theory out of sight for now: no row has any. */
  readonly theoryHidden?: true;
}

type Api = Pick<TrainerApi, "sweep" | "cancelSweep">;
type SweepEvent = Extract<
  TrainerEvent,
  { kind: "sweep-row" | "sweep-progress" }
>;

const hidden = new WeakMap<SweepState, SweepState>();

/** A sweep without what theory says of it; the same object for the same sweep. */
function withoutTheory(state: SweepState): SweepState {
  const before = hidden.get(state);
  if (before) return before;
  const rows = state.rows.map((row) => ({ ...row, linear: null }));
  const after: SweepState = { ...state, rows, theoryHidden: true };
  hidden.set(state, after);
  return after;
}

export class SweepStore {
  readonly #api: Promise<Api>;
  readonly #hides: () => boolean;
  readonly #listeners = new Set<() => void>();
  #state: SweepState = { spec: null, rows: [], progress: null };
  #sweep = 0;

  /** @param hides whether theory is kept out of `state` at the moment */
  constructor(api: Promise<Api>, hides: () => boolean = () => false) {
    this.#api = api;
    this.#hides = hides;
  }

  /** As the page may show it. */
  get state(): SweepState {
    return this.#hides() ? withoutTheory(this.#state) : this.#state;
  }

  /** Called after every change of `state`; returns the unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the sweep is over and its rows are in `state`, or another replaced it. */
  async run(spec: SweepSpec): Promise<void> {
    const sweep = ++this.#sweep;
    this.#set({
      spec,
      rows: [],
      progress: {
        status: "running",
        done: 0,
        total: 0,
        fraction: 0,
        secondsLeft: null,
        label: "",
      },
    });
    const over = new Promise<void>((resolve) => {
      const unsubscribe = this.subscribe(() => {
        const running = this.#state.progress?.status === "running";
        if (sweep === this.#sweep && running) return;
        unsubscribe();
        resolve();
      });
    });
    await (await this.#api).sweep(spec, sweep);
    await over;
  }

  async cancel(): Promise<void> {
    await (await this.#api).cancelSweep();
  }

  /** What the worker says of a sweep; of one that was replaced nothing is wanted. */
  hear(event: SweepEvent): void {
    if (event.sweep !== this.#sweep) return;
    if (event.kind === "sweep-row")
      this.#set({ rows: [...this.#state.rows, event.row] });
    else this.#set({ progress: event.progress });
  }

  #set(change: Partial<SweepState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

export function isSweepEvent<E extends { readonly kind: string }>(
  event: E,
): event is Extract<E, SweepEvent> {
  return event.kind.startsWith("sweep-");
}
