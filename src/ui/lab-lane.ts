/** One lane: its title and verdict, the modes picture with the waterline, the units picture. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { describeLane } from "../experiment/names.ts";
import type { LaneState } from "../session/store.ts";
import type { Verdict } from "../theory/prediction.ts";
import { fixed2, quantity } from "./format.ts";
import { icon, type IconName } from "./icons.ts";
import { laneStyles, oneLaneStyles } from "./lane-styles.ts";
import { aliveAt, laneClass } from "./lane-text.ts";
import { LevelController } from "./level-controller.ts";
import { levelTabs } from "./level-tabs.ts";
import { levelCount, levelView, type LevelView, noiseOnly } from "./levels.ts";
import { modesMarks, modesMax, type ModesLayout } from "./modes-view.ts";
import { modesTable, MOST_NUMBERED } from "./modes-table.ts";
import { PickController } from "./pick-controller.ts";
import { SizeController } from "./size-controller.ts";
import { guideOf, isNetwork } from "./networks.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, controls, lanes } from "./styles.ts";
import {
  drawingOrder,
  unitBars,
  unitsLayout,
  unitsMarks,
  unitsSentence,
} from "./units-view.ts";
import { WaterlineHandle } from "./waterline-handle.ts";

/** Width of the waterline's handle, with and without an index on its symbol. */
const HANDLE = 58;
const INDEXED = 66;
const AXIS = 44;
const VERDICT_ICONS: Record<Verdict, IconName> = {
  waiting: "waiting",
  settling: "moving",
  "at-theory": "ok",
  away: "away",
  diverged: "stopped",
  unbounded: "away",
  "no-theory": "info",
};

/** What stands in the verdict's place where there is nothing to converge to, or no theory to say so. */
function theoryWord(lane: LaneState): string | null {
  if (lane.diverged) return null;
  if (lane.theoryHidden) return text.verdict.hidden;
  if (lane.prediction?.kind === "unbounded") return text.verdict.unbounded;
  if (isNetwork(lane.settings)) return text.guide.verdict;
  return lane.noTheory === undefined ? null : text.verdict.none;
}

/** What the chip says of a lane, and its icon: neutral where no theorem is there to be met. */
function chipOf(lane: LaneState): readonly [verdict: string, icon: IconName] {
  const verdict = lane.diverged
    ? "diverged"
    : (lane.readout?.verdict ?? "waiting");
  if (theoryWord(lane) === null) return [verdict, VERDICT_ICONS[verdict]];
  return lane.prediction ? [verdict, "away"] : ["none", "info"];
}

/** Word and icon of a lane's state, with its distance to theory. */
export function verdictChip(lane: LaneState): TemplateResult {
  const verdict = lane.diverged
    ? "diverged"
    : (lane.readout?.verdict ?? "waiting");
  const theory = theoryWord(lane);
  const [said, sign] = chipOf(lane);
  const distance = lane.readout?.recentDistance ?? NaN;
  const detail = lane.diverged
    ? text.verdict.atStep(lane.diverged.step)
    : Number.isFinite(distance) && verdict !== "waiting" && theory === null
      ? text.verdict.distance(quantity(distance))
      : "";
  return html`<span
    class="chip"
    data-verdict=${said}
    title=${lane.diverged?.message ?? lane.noTheory ?? ""}
  >
    ${icon(sign)}<span aria-live="polite"
      >${theory ?? text.verdict[verdict]}${
        theory === text.guide.verdict
          ? html`<span class="rest">${text.guide.verdictRest}</span>`
          : nothing
      }</span
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
  #order: readonly number[] | null = null;
  /** Level that `#order` is of. */
  #orderOf = 0;
  readonly #levels = new LevelController(this);
  readonly #picks = new PickController(this);
  readonly #modesBox = new SizeController(this, ".modes");
  readonly #unitsBox = new SizeController(this, ".units");
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes, state.rotated] as const,
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

  get #rotated(): boolean {
    return this.#state.store.state.rotated.at(this.index) ?? false;
  }

  #modes(
    view: LevelView,
    all: readonly LevelView[],
    theta: readonly number[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#modesBox;
    if (!width || theta.length === 0) return nothing;
    const alike = all.filter(({ network }) => network === view.network);
    const max = this.#handle.axisMax(modesMax(alike));
    const dense = theta.length > MOST_NUMBERED;
    const handle = levelCount(view.lane.settings) > 1 ? INDEXED : HANDLE;
    const layout: ModesLayout = {
      width,
      height,
      left: AXIS,
      theta,
      max,
      dense,
      end: dense && view.lines ? width - handle - 4 : width,
    };
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${(view.network ? text.guide.modesLabel : text.lane.modesLabel)(view.lane.name)}
    >
      <g aria-hidden="true">${modesMarks(layout, [view])}</g>
      ${this.#picks.linked?.modePicks(layout, [view], this.#picks)}
      ${this.#handle.render(layout, view, handle)}
    </svg>`;
  }

  #units(
    view: LevelView,
    all: readonly LevelView[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#unitsBox;
    if (!width) return nothing;
    if (this.#orderOf !== view.level) this.#order = null;
    this.#orderOf = view.level;
    this.#order = drawingOrder(view, this.#order);
    const bars = unitBars(view, this.#order ?? [], this.#rotated);
    const box = { width, height, left: AXIS };
    const layout = unitsLayout(view, all, box, this.#rotated);
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${unitsSentence(bars)}
    >
      <g aria-hidden="true">${unitsMarks(layout, [bars])}</g>
      ${this.#picks.linked?.unitPicks(layout, [bars], this.#picks)}
    </svg>`;
  }

  #alive(view: LevelView): TemplateResult | typeof nothing {
    const n = aliveAt(view);
    if (n === null) return nothing;
    return html`<span class="push"
      ><b>${n}</b> ${text.lane.of(view.latents)}
      ${view.measured ? text.lane.alive : text.lane.predictedAlive}</span
    >`;
  }

  /** What the hollow marks, or the dashed ones, stand for. */
  #theoryKey(view: LevelView): TemplateResult | typeof nothing {
    if (view.guide)
      return html`<span class="keep"
        ><i class="guide"></i>${text.guide.label}</span
      >`;
    if (!view.predicted && view.lane.noTheory !== undefined) return nothing;
    if (view.lane.theoryHidden) return nothing;
    return html`<span><i class="theory"></i>${text.lane.theory}</span>`;
  }

  #unitsNote({ measured, predicted, latents }: LevelView) {
    // Where no theory aligns units with modes, the axes say what the units hide.
    if (predicted ? !predicted.unitsAligned : this.#rotated) {
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
    if (!measured) return nothing;
    return html`<span class="push"
      ><b>${measured.dead.filter(Boolean).length}</b> ${text.lane.of(latents)}
      ${text.lane.dead}</span
    >`;
  }

  readonly #rotate = (): void => {
    void this.#state.store.rotate(this.index, !this.#rotated);
  };

  /** KL of this level, measured and predicted, and what of it is about x. */
  #sum(view: LevelView): TemplateResult {
    const { measured, predicted, level, lane } = view;
    const two = levelCount(lane.settings) > 1;
    const now = level === 0 ? lane.readout?.kl : lane.readout?.kl2;
    const guide = guideOf(lane)?.levels.at(level);
    const theory = predicted ?? guide;
    const said = text.lane.klSum(
      two ? `KL${"₁₂"[level]},` : "KL per latent,",
      now === undefined ? null : fixed2(now),
      theory && Number.isFinite(theory.kl) ? fixed2(theory.kl) : null,
      guide ? text.guide.short : text.lane.theory,
    );
    const information = measured?.information ?? NaN;
    return html`<span class="mute detail">${said}</span>${
        level > 0 && Number.isFinite(information)
          ? html`<span class="detail keep"
              >${text.level.information(fixed2(information))}</span
            >`
          : nothing
      }`;
  }

  /** One line of what only this kind of model has to say. */
  #remark(view: LevelView): TemplateResult | typeof nothing {
    const noise = noiseOnly(view);
    if (noise)
      return html`<p class="small remark">
        ${text.level.noise(fixed2(noise.kl), fixed2(Math.max(0, noise.information)))}
      </p>`;
    const gap = view.lane.readout?.regressionGap;
    if (!gap) return nothing;
    return html`<p class="small mute remark">
      ${text.lane.gap}
      <span class="row"
        ><span class="math">W</span><sub>1</sub> → −<span class="math">W</span
        ><sub>2</sub><span class="math">B</span>&ensp;<b class="ink"
          >${quantity(gap.encoder)}</b
        ></span
      >
      <span class="row"
        ><span class="math">U</span><sub>2</sub> →
        <span class="math">B</span>&ensp;<b class="ink"
          >${quantity(gap.decoder)}</b
        ></span
      >
    </p>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const [all] = this.#state.value;
    if (this.index >= all.length) return nothing;
    const lane = all[this.index];
    const wanted = this.#levels.level;
    const view = levelView(lane, wanted);
    const views = all.map((other) => levelView(other, wanted));
    const { theta } = view;
    const two = levelCount(lane.settings) > 1;
    const [title, ...rest] = describeLane(
      lane.settings,
      this.#state.store.state.config,
    ).split(/, |; /);
    const aligned = lane.prediction?.unitsAligned ?? true;
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
        ${two ? levelTabs([lane], this.#levels) : nothing}
        <span class="mute detail legend ${view.guide ? "guided" : ""}"
          >${
            view.lines
              ? html`<span
                  ><i class="data"></i
                  >${lane.settings.model === "cvae" ? text.lane.residual : text.lane.data}
                  <span class="math">θ</span></span
                >`
              : nothing
          }<span
            ><i class="learned"></i
            >${view.network ? text.guide.byKl : text.lane.learned}</span
          >${this.#theoryKey(view)}</span
        >
        ${two ? nothing : this.#alive(view)}
      </div>
      <div class="box modes">${this.#modes(view, views, theta)}</div>
      ${modesTable(view, theta, this.#picks.mode)}
      <div class="part">
        <h3>${text.lane.units}</h3>
        ${this.#sum(view)}${this.#unitsNote(view)}
      </div>
      ${this.#remark(view)}
      <div class="box units">${this.#units(view, views)}</div>
    </section>`;
  }
}

customElements.define("lab-lane", LabLane);

declare global {
  interface HTMLElementTagNameMap {
    "lab-lane": LabLane;
  }
}
