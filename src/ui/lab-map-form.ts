/** What a map varies: two numbers, their ranges and scales, cells, steps. Says every change at once. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ExperimentConfig } from "../experiment/config.ts";
import type { MapAxis } from "../session/map-protocol.ts";
import type { SweepField } from "../session/sweep-protocol.ts";
import { entry } from "./entry.ts";
import { setting } from "./format.ts";
import { canBeExact } from "../session/map-plan.ts";
import { axisOf, mapChoices } from "./map-fields.ts";
import { mapText as text } from "./strings-map.ts";
import { base, controls } from "./styles.ts";

const SIZES = [16, 32, 64] as const;
/** Models that are sampled take longer. */
const SMALL_SIZES = [4, 8, 16, 32] as const;
const USUAL_SAMPLED = 8;

export interface MapDraft {
  readonly axes: readonly MapAxis[];
  readonly steps: number;
  /** "sampled" where the exact loss is not wanted. */
  readonly estimator?: "sampled";
}

export class MapDraftEvent extends Event {
  readonly draft: MapDraft;

  constructor(draft: MapDraft) {
    super("lab-map-draft", { bubbles: true, composed: true });
    this.draft = draft;
  }
}

export class LabMapForm extends LitElement {
  static override properties = {
    config: { attribute: false },
    draft: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 6px;
        font-size: 12px;
        line-height: 16px;
      }
      .axis {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 2px 6px;
        align-items: end;
      }
      .axis > :first-child {
        grid-column: 1 / -1;
      }
      .two {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 6px;
      }
      label {
        display: block;
        color: var(--ink-2);
        min-width: 0;
      }
      .select,
      .number {
        width: 100%;
        min-width: 0;
        margin-top: 2px;
        color: var(--ink);
      }
    `,
  ];

  declare config: ExperimentConfig;
  declare draft: MapDraft;

  #say(change: Partial<MapDraft>): void {
    this.dispatchEvent(new MapDraftEvent({ ...this.draft, ...change }));
  }

  #set(index: number, change: Partial<MapAxis> | null): void {
    const axes = [...this.draft.axes];
    if (change === null) axes.splice(index, 1);
    else axes[index] = { ...axes[index], ...change };
    this.#say({ axes });
  }

  #choose(index: number, field: SweepField): void {
    const [first] = this.draft.axes;
    this.#set(index, axisOf(field, first.count));
  }

  #axis(index: number): TemplateResult {
    const choices = mapChoices(this.config);
    const axis = this.draft.axes.at(index);
    const taken = this.draft.axes.at(1 - index)?.field;
    const name = index === 0 ? text.across : text.up;
    const label =
      choices.find(({ field }) => field === axis?.field)?.label ?? "";
    const number = (
      short: string,
      long: string,
      value: number,
      set: (value: number) => void,
    ) =>
      html`<label
        >${short}<input
          class="number"
          type="number"
          step="any"
          aria-label=${long}
          .value=${entry(setting(value))}
          @change=${(event: Event) => {
            const given = (event.target as HTMLInputElement).valueAsNumber;
            if (Number.isFinite(given)) set(given);
            else this.requestUpdate();
          }}
      /></label>`;
    return html`<div class="axis">
      <label
        >${name}
        <select
          class="select"
          aria-label=${name}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            if (value === "") this.#set(index, null);
            else this.#choose(index, value as SweepField);
          }}
        >
          ${index === 1 ? html`<option value="" ?selected=${!axis}>${text.upNone}</option>` : nothing}
          ${choices
            .filter(({ field }) => field !== taken)
            .map(
              ({ field, label, symbol }) =>
                html`<option value=${field} ?selected=${field === axis?.field}>
                  ${label}${symbol ? ` ${symbol}` : ""}
                </option>`,
            )}
        </select>
      </label>
      ${
        axis
          ? html`${number(text.from, text.fromOf(label), axis.from, (from) => {
                this.#set(index, { from });
              })}${number(text.to, text.toOf(label), axis.to, (to) => {
                this.#set(index, { to });
              })}<label
                >${text.scale}
                <select
                  class="select"
                  aria-label=${text.scaleOf(label)}
                  @change=${(event: Event) => {
                    const { value } = event.target as HTMLSelectElement;
                    this.#set(index, { scale: value as MapAxis["scale"] });
                  }}
                >
                  ${(["linear", "log"] as const).map(
                    (scale) =>
                      html`<option
                        value=${scale}
                        ?selected=${scale === axis.scale}
                      >
                        ${text[scale]}
                      </option>`,
                  )}
                </select>
              </label>`
          : nothing
      }
    </div>`;
  }

  #loss(): TemplateResult {
    const { axes, steps, estimator = "exact" } = this.draft;
    const choose = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      this.dispatchEvent(
        new MapDraftEvent({
          axes: axes.map((axis) =>
            value === "sampled"
              ? { ...axis, count: Math.min(axis.count, USUAL_SAMPLED) }
              : axis,
          ),
          steps,
          ...(value === "sampled" && { estimator: value }),
        }),
      );
    };
    return html`<label
      >${text.loss}
      <select class="select" aria-label=${text.loss} @change=${choose}>
        ${(["exact", "sampled"] as const).map(
          (kind) =>
            html`<option value=${kind} ?selected=${kind === estimator}>
              ${text.losses[kind]}
            </option>`,
        )}
      </select>
    </label>`;
  }

  protected override render(): TemplateResult {
    const { axes, steps, estimator } = this.draft;
    const exact = canBeExact({ config: this.config });
    const usual = exact && !estimator ? SIZES : SMALL_SIZES;
    const sizes = [...new Set([...usual, axes[0].count])].sort((a, b) => a - b);
    return html`<form
      aria-label=${text.form}
      @submit=${(event: Event) => {
        event.preventDefault();
      }}
    >
      ${this.#axis(0)}${this.#axis(1)}
      <div class="two">
        <label
          >${text.cells}
          <select
            class="select"
            aria-label=${text.cells}
            @change=${(event: Event) => {
              const count = Number((event.target as HTMLSelectElement).value);
              this.#say({ axes: axes.map((axis) => ({ ...axis, count })) });
            }}
          >
            ${sizes.map(
              (size) =>
                html`<option value=${size} ?selected=${size === axes[0].count}>
                  ${axes.length > 1 ? `${String(size)} × ${String(size)}` : String(size)}
                </option>`,
            )}
          </select>
        </label>
        <label
          >${text.steps}
          <input
            class="number"
            type="number"
            min="1"
            step="1"
            .value=${entry(String(steps))}
            @change=${(event: Event) => {
              const given = Math.round(
                (event.target as HTMLInputElement).valueAsNumber,
              );
              if (given >= 1 && given <= 1e6) this.#say({ steps: given });
              else this.requestUpdate();
            }}
          />
        </label>
      </div>
      ${exact ? this.#loss() : nothing}
    </form>`;
  }
}

customElements.define("lab-map-form", LabMapForm);

declare global {
  interface HTMLElementTagNameMap {
    "lab-map-form": LabMapForm;
  }
  interface HTMLElementEventMap {
    "lab-map-draft": MapDraftEvent;
  }
}
