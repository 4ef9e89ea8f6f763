/** How the KL weights change as training goes on: kind, numbers, and a small curve; a block per lane that differs. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { type KlSchedule, laneSettings } from "../experiment/config.ts";
import { fieldOf } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { numberIn } from "../experiment/numbers.ts";
import { SCHEDULE_KINDS } from "../experiment/ranges.ts";
import {
  changeIn,
  checked,
  lanesWith,
  readPoints,
  scheduleAs,
} from "./edit.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import "./lab-schedule-curve.ts";
import type { PointsEvent } from "./lab-schedule-curve.ts";
import { laneClass } from "./lane-text.ts";
import { pictures } from "./picture-styles.ts";
import { curvePicture, curveWords } from "./schedule-curve.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

const HEIGHT = 34;

export class LabSchedule extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    fieldStyles,
    css`
      .numbers {
        gap: 6px 8px;
        flex-wrap: wrap;
        margin-top: 4px;
      }
      .numbers label {
        color: var(--ink-2);
      }
      .points {
        width: 100%;
        text-align: left;
      }
      .curve {
        min-height: ${HEIGHT}px;
        margin-top: 6px;
      }
      .factor {
        fill: none;
        stroke: var(--ink);
        stroke-width: 1.5;
      }
      .kind {
        max-width: 130px;
      }
    `,
  ];

  readonly #box = new SizeController(this, ".curve");
  readonly #state = new StoreController(this, (state) => state.config);
  #refused: ReadonlyMap<number, string> = new Map();

  #set(raw: unknown, lane: number): void {
    const { store } = this.#state;
    const found = checked("klSchedule", raw);
    this.#refused = new Map();
    if ("message" in found) this.#refused = new Map([[lane, found.message]]);
    else
      store.change(
        changeIn(store.state.config, "klSchedule", found.value, lane),
      );
    this.requestUpdate();
  }

  #named(label: string, lane: number): string {
    return lanesWith(this.#state.value, "klSchedule").length > 1
      ? text.controls.inLane(label, laneName(lane))
      : label;
  }

  #number(
    schedule: KlSchedule,
    key: string,
    label: string,
    value: number,
    lane: number,
  ): TemplateResult {
    const id = `${key}-${String(lane)}`;
    return html`<label for=${id}>${label}</label
      ><input
        class="number"
        id=${id}
        aria-label=${this.#named(label, lane)}
        aria-describedby="help"
        aria-invalid=${this.#refused.has(lane) ? "true" : "false"}
        inputmode="decimal"
        .value=${live(setting(value))}
        @change=${(event: Event) => {
          const words = (event.target as HTMLInputElement).value.trim();
          this.#set({ ...schedule, [key]: numberIn(words) ?? words }, lane);
        }}
      />`;
  }

  #numbers(
    schedule: KlSchedule,
    lane: number,
  ): TemplateResult | typeof nothing {
    const words = text.schedule;
    switch (schedule.kind) {
      case "constant":
        return nothing;
      case "warmup":
        return html`<div class="row small numbers">
          ${this.#number(schedule, "steps", words.steps, schedule.steps, lane)}
        </div>`;
      case "cyclical":
        return html`<div class="row small numbers">
          ${this.#number(schedule, "period", words.period, schedule.period, lane)}
          ${this.#number(schedule, "ramp", words.ramp, schedule.ramp, lane)}
        </div>`;
      case "points":
        return html`<div class="row small numbers">
          <input
            class="number points"
            aria-label=${this.#named(words.points, lane)}
            aria-describedby="help"
            aria-invalid=${this.#refused.has(lane) ? "true" : "false"}
            .value=${live(schedule.points.map(([step, factor]) => `${setting(step)} ${setting(factor)}`).join(", "))}
            @change=${(event: Event) => {
              const points = readPoints(
                (event.target as HTMLInputElement).value,
              );
              if (points) this.#set({ kind: "points", points }, lane);
              else {
                this.#refused = new Map([[lane, words.refused]]);
                this.requestUpdate();
              }
            }}
          />
        </div>`;
    }
  }

  #kind(schedule: KlSchedule, lane: number): TemplateResult {
    const { steps } = this.#state.value.base;
    return html`<select
      class="select push kind"
      aria-label=${this.#named(text.schedule.kind, lane)}
      @change=${(event: Event) => {
        const kind = (event.target as HTMLSelectElement)
          .value as KlSchedule["kind"];
        this.#set(scheduleAs(schedule, kind, steps), lane);
      }}
    >
      ${SCHEDULE_KINDS.map(({ value, label }) => html`<option value=${value} ?selected=${value === schedule.kind}>${label}</option>`)}
    </select>`;
  }

  #lane(lane: number, many: boolean): TemplateResult {
    const { klSchedule, steps } = laneSettings(this.#state.value, lane);
    const { width } = this.#box;
    return html`${
        many
          ? html`<div class="row small lane">
              <span class="lane-mark ${laneClass(lane)}"></span
              >${laneName(lane)} ${this.#kind(klSchedule, lane)}
            </div>`
          : nothing
      }
      ${this.#numbers(klSchedule, lane)}
      <div class="curve">
        ${
          klSchedule.kind === "points"
            ? html`<lab-schedule-curve
                .points=${klSchedule.points}
                .steps=${steps}
                .label=${many ? text.controls.inLane("the schedule", laneName(lane)) : ""}
                @points=${(event: PointsEvent) => {
                  this.#set({ kind: "points", points: event.points }, lane);
                }}
              ></lab-schedule-curve>`
            : width
              ? html`<svg
                  class="picture"
                  width=${width}
                  height=${HEIGHT}
                  role="img"
                  aria-label=${curveWords(klSchedule, steps)}
                >
                  ${curvePicture(klSchedule, steps, width, HEIGHT)}
                </svg>`
              : nothing
        }
      </div>`;
  }

  protected override render(): TemplateResult {
    const config = this.#state.value;
    const field = fieldOf("klSchedule");
    const all = lanesWith(config, "klSchedule");
    const many = all.length > 1;
    const kinds = [
      ...new Set(all.map((lane) => laneSettings(config, lane).klSchedule.kind)),
    ];
    const refused = [...this.#refused.values()].at(0);
    const { help, source } = text.schedule;
    const said = kinds
      .map((kind) =>
        kind === "warmup" || kind === "cyclical"
          ? `${help[kind]} ${source[kind]}.`
          : help[kind],
      )
      .join(" ");
    return html`<div class="row title">
        <span>${field.label}</span>
        ${many ? nothing : this.#kind(laneSettings(config, all[0]).klSchedule, all[0])}
      </div>
      ${all.map((lane) => this.#lane(lane, many))}
      <p
        id="help"
        class="help small ${refused === undefined ? "mute" : "refused"}"
        role=${refused === undefined ? nothing : "alert"}
      >
        ${refused ?? said}
      </p>`;
  }
}

customElements.define("lab-schedule", LabSchedule);

declare global {
  interface HTMLElementTagNameMap {
    "lab-schedule": LabSchedule;
  }
}
