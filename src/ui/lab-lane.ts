/** One lane: its title and verdict, the modes picture with the waterline, the units picture. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { describeLane } from "../experiment/names.ts";
import type { LaneState } from "../session/store.ts";
import { fixed2, quantity } from "./format.ts";
import { icon, type IconName } from "./icons.ts";
import { laneStyles, oneLaneStyles } from "./lane-styles.ts";
import { laneClass } from "./lane-text.ts";
import { modesMarks, modesMax, type ModesLayout } from "./modes-view.ts";
import { unitOrder } from "./order.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, controls, lanes } from "./styles.ts";
import { unitBars, unitsMarks, unitsMax, unitsSentence } from "./units-view.ts";
import { WaterlineHandle } from "./waterline-handle.ts";

/** More columns than this have no number each. */
export const MOST_NUMBERED = 12;
/** Width of the waterline's handle. */
const HANDLE = 58;
const AXIS = 44;
const VERDICT_ICONS: Record<
  keyof Omit<typeof text.verdict, "distance" | "atStep">,
  IconName
> = {
  waiting: "waiting",
  settling: "moving",
  "at-theory": "ok",
  away: "away",
  diverged: "stopped",
};

/** Word and icon of a lane's state, with its distance to theory. */
export function verdictChip(lane: LaneState): TemplateResult {
  const verdict = lane.diverged
    ? "diverged"
    : (lane.readout?.verdict ?? "waiting");
  const distance = lane.readout?.recentDistance ?? NaN;
  const detail = lane.diverged
    ? text.verdict.atStep(lane.diverged.step)
    : Number.isFinite(distance) && verdict !== "waiting"
      ? text.verdict.distance(quantity(distance))
      : "";
  return html`<span
    class="chip"
    data-verdict=${verdict}
    title=${lane.diverged?.message ?? ""}
  >
    ${icon(VERDICT_ICONS[verdict])}<span aria-live="polite"
      >${text.verdict[verdict]}</span
    >
    <span class="mute">${detail}</span>
  </span>`;
}

export class LabLane extends LitElement {
  static override properties = { index: { type: Number } };
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    laneStyles,
    oneLaneStyles,
  ];

  declare index: number;
  #rotated = false;
  #order: readonly number[] | null = null;
  readonly #modesBox = new SizeController(this, ".modes");
  readonly #unitsBox = new SizeController(this, ".units");
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes] as const,
  );
  readonly #handle = new WaterlineHandle(
    this,
    () => this.#state.store,
    () => this.index,
  );

  constructor() {
    super();
    this.index = 0;
  }

  #theta(lane: LaneState): readonly number[] {
    return (lane.prediction?.theta ?? lane.data?.theta ?? []).slice(
      0,
      lane.settings.latents,
    );
  }

  #modes(
    lane: LaneState,
    all: readonly LaneState[],
  ): TemplateResult | typeof nothing {
    const theta = this.#theta(lane);
    const { width, height } = this.#modesBox;
    if (!width || theta.length === 0) return nothing;
    const max = this.#handle.axisMax(modesMax(all, theta));
    const layout: ModesLayout = {
      width,
      height,
      left: AXIS,
      theta,
      max,
      dense: theta.length > MOST_NUMBERED,
      end: theta.length > MOST_NUMBERED ? width - HANDLE - 4 : width,
    };
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${text.lane.modesLabel(lane.name)}
    >
      <g aria-hidden="true">${modesMarks(layout, [lane])}</g>
      ${this.#handle.render(layout, lane, HANDLE)}
    </svg>`;
  }

  #numbers(lane: LaneState): TemplateResult | typeof nothing {
    const theta = this.#theta(lane);
    if (theta.length === 0) return nothing;
    const { readout, prediction } = lane;
    const row = (title: unknown, cells: readonly string[], name = "") =>
      html`<tr class=${name}>
        <th scope="row">${title}</th>
        ${cells.map((cell) => html`<td>${cell}</td>`)}
      </tr>`;
    const greek = (letter: string, spoken: string) =>
      html`<span class="math" aria-hidden="true">${letter}</span
        ><span class="hidden-text">${spoken}</span>`;
    return html`<div class=${theta.length > MOST_NUMBERED ? "hidden-text" : ""}>
      <table class="numbers">
        <caption class="hidden-text">
          ${text.lane.modesTable(lane.name)}
        </caption>
        <colgroup>
          <col />
          ${theta.map(() => html`<col />`)}
        </colgroup>
        <tbody>
          ${row(
            text.lane.mode,
            theta.map((_, i) => String(i + 1)),
          )}
          ${row(greek("θ", "theta"), theta.map(fixed2))}
          ${row(
            greek("ω", "omega"),
            theta.map((_, i) =>
              readout && i < readout.omega.length
                ? fixed2(readout.omega[i])
                : "–",
            ),
            "ink",
          )}
          ${row(
            text.lane.theory,
            theta.map((_, i) =>
              prediction
                ? prediction.omega[i]
                  ? fixed2(prediction.omega[i])
                  : "0"
                : "–",
            ),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #units(
    lane: LaneState,
    all: readonly LaneState[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#unitsBox;
    if (!width) return nothing;
    const kl = lane.readout?.klPerUnit;
    this.#order = kl
      ? unitOrder(kl, lane.settings.encoderVariance, this.#order)
      : null;
    const bars = unitBars(lane, this.#order ?? [], this.#rotated);
    const layout = {
      width,
      height,
      left: AXIS,
      max: unitsMax(all, this.#rotated),
      dense: lane.settings.latents > MOST_NUMBERED,
    };
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="img"
      aria-label=${unitsSentence(bars)}
    >
      ${unitsMarks(layout, [bars])}
    </svg>`;
  }

  #alive(lane: LaneState): TemplateResult {
    const { readout, prediction } = lane;
    const n = readout?.activeModes ?? prediction?.activeUnits;
    if (n === undefined) return html``;
    return html`<span class="push"
      ><b>${n}</b> ${text.lane.of(lane.settings.latents)}
      ${readout ? text.lane.alive : text.lane.predictedAlive}</span
    >`;
  }

  #unitsNote(lane: LaneState): TemplateResult | typeof nothing {
    const { readout, prediction } = lane;
    if (prediction && !prediction.unitsAligned) {
      return html`<button
        type="button"
        class="link small push row rotate"
        aria-pressed=${this.#rotated}
        title=${text.lane.rotateTitle}
        @click=${this.#rotate}
      >
        ${icon("rotate")}${this.#rotated ? text.lane.unrotate : text.lane.rotate}
      </button>`;
    }
    if (!readout) return nothing;
    return html`<span class="push"
      ><b>${readout.dead.filter(Boolean).length}</b>
      ${text.lane.of(lane.settings.latents)} ${text.lane.dead}</span
    >`;
  }

  readonly #rotate = (): void => {
    this.#rotated = !this.#rotated;
    this.requestUpdate();
  };

  protected override render(): TemplateResult | typeof nothing {
    const [all] = this.#state.value;
    if (this.index >= all.length) return nothing;
    const lane = all[this.index];
    const { readout, prediction } = lane;
    const [title, ...rest] = describeLane(
      lane.settings,
      this.#state.store.state.config,
    ).split(/, |; /);
    const aligned = prediction?.unitsAligned ?? true;
    const sum = text.lane.klSum(
      readout ? fixed2(readout.kl) : null,
      prediction ? fixed2(prediction.kl) : null,
    );
    return html`<section
      class=${laneClass(this.index)}
      aria-labelledby="title"
      data-lane=${lane.name}
    >
      <div class="row">
        <h2 id="title">
          <span class="lane-mark ${laneClass(this.index)}"></span
          ><span class="title">${lane.name}&ensp;${title}</span>
        </h2>
        ${rest.length > 0 && !aligned && rest.join() === "σ = 1" ? nothing : html`<span class="small soft detail">${rest.join(", ")}</span>`}
        <span class="push row">${verdictChip(lane)}</span>
      </div>
      <div class="part">
        <h3>${text.lane.modes}</h3>
        <span class="mute detail legend"
          ><span
            ><i class="data"></i>${text.lane.data}
            <span class="math">θ</span></span
          ><span><i class="learned"></i>${text.lane.learned}</span
          ><span><i class="theory"></i>${text.lane.theory}</span></span
        >
        ${this.#alive(lane)}
      </div>
      <div class="box modes">${this.#modes(lane, all)}</div>
      ${this.#numbers(lane)}
      <div class="part">
        <h3>${text.lane.units}</h3>
        <span class="mute detail">${sum}</span>${this.#unitsNote(lane)}
      </div>
      <div class="box units">${this.#units(lane, all)}</div>
    </section>`;
  }
}

customElements.define("lab-lane", LabLane);

declare global {
  interface HTMLElementTagNameMap {
    "lab-lane": LabLane;
  }
}
