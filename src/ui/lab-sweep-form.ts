/** What a sweep varies: one or two numbers and their values, seeds, steps, samples; run and cancel. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { ExperimentConfig } from "../experiment/config.ts";
import type {
  SweepAxis,
  SweepField,
  SweepSpec,
} from "../session/sweep-protocol.ts";
import { canTrain } from "./actions.ts";
import { setting } from "./format.ts";
import { StoreController } from "./store-controller.ts";
import { sweepText as text } from "./strings-sweep.ts";
import { base, controls } from "./styles.ts";
import {
  firstField,
  parseValues,
  type SweepChoice,
  sweepChoices,
} from "./sweep-fields.ts";

/** Seeds of a sweep with several: lane A's and those after it. */
const MOST_SEEDS = 20;
const MOST_SAMPLES = 10_000;

interface Draft {
  readonly field: SweepField;
  readonly words: string;
}

/** Asks for a sweep. */
export class SweepEvent extends Event {
  readonly spec: SweepSpec;

  constructor(spec: SweepSpec) {
    super("lab-sweep-run", { bubbles: true, composed: true });
    this.spec = spec;
  }
}

export class LabSweepForm extends LitElement {
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
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 6px;
        align-items: end;
      }
      label {
        display: block;
        color: var(--ink-2);
      }
      .select,
      .number {
        width: 100%;
        margin-top: 2px;
        color: var(--ink);
      }
      .values {
        text-align: left;
      }
      .three {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 6px;
      }
      .problem {
        font-weight: 600;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.config, state.status] as const,
  );
  /** Null until something is chosen. */
  #first: Draft | null = null;
  #second: Draft | null = null;
  #seeds = 1;
  #samples = 0;
  #steps: number | null = null;
  #refused: ReadonlySet<number> = new Set();

  get #config(): ExperimentConfig {
    return this.#state.store.state.config;
  }

  /** What the axes are at, as far as the experiment has such settings. */
  get #drafts(): Draft[] {
    const choices = sweepChoices(this.#config);
    const known = (draft: Draft | null): draft is Draft =>
      draft !== null && choices.some(({ field }) => field === draft.field);
    const first = known(this.#first)
      ? this.#first
      : this.#draft(firstField(this.#config));
    const second =
      known(this.#second) && this.#second.field !== first.field
        ? [this.#second]
        : [];
    return [first, ...second];
  }

  #draft(field: SweepField): Draft {
    const choice = sweepChoices(this.#config).find(
      (one) => one.field === field,
    );
    return {
      field,
      words: (choice?.values ?? [1]).map((v) => setting(v)).join(", "),
    };
  }

  #set(axis: number, draft: Draft | null): void {
    const drafts = this.#drafts;
    this.#first = axis === 0 ? draft : drafts[0];
    this.#second = axis === 1 ? draft : (drafts.at(1) ?? null);
    this.#refused = new Set();
    this.requestUpdate();
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const drafts = this.#drafts;
    const values = drafts.map(({ words }) => parseValues(words));
    this.#refused = new Set(
      values.flatMap((list, axis) => (list === null ? [axis] : [])),
    );
    this.requestUpdate();
    if (this.#refused.size > 0) return;
    const { base: lane } = this.#config;
    this.dispatchEvent(
      new SweepEvent({
        config: this.#config,
        axes: drafts.map(({ field }, axis): SweepAxis => ({
          field,
          values: values[axis] ?? [],
        })),
        seeds: Array.from({ length: this.#seeds }, (_, i) => lane.seed + i),
        likelihoodSamples: this.#samples,
        steps: this.#steps ?? lane.steps,
      }),
    );
  };

  #axis(axis: number, choices: readonly SweepChoice[]): TemplateResult {
    const drafts = this.#drafts;
    const draft = drafts.at(axis);
    const taken = drafts.at(1 - axis)?.field;
    const chosen = choices.find(({ field }) => field === draft?.field);
    const refused = this.#refused.has(axis);
    return html`<div class="axis">
        <label
          >${axis === 0 ? text.along : text.and}
          <select
            class="select"
            aria-label=${axis === 0 ? text.along : text.also}
            @change=${(event: Event) => {
              const { value } = event.target as HTMLSelectElement;
              this.#set(
                axis,
                value === "" ? null : this.#draft(value as SweepField),
              );
            }}
          >
            ${axis === 1 ? html`<option value="" ?selected=${!draft}>${text.none}</option>` : nothing}
            ${choices
              .filter(({ field }) => field !== taken)
              .map(
                ({ field, label, symbol }) =>
                  html`<option
                    value=${field}
                    ?selected=${field === draft?.field}
                  >
                    ${label}${symbol ? ` ${symbol}` : ""}
                  </option>`,
              )}
          </select>
        </label>
        ${
          draft
            ? html`<label
                >${text.values}
                <input
                  class="number values"
                  aria-label=${text.valuesOf(chosen?.label ?? draft.field)}
                  aria-invalid=${refused ? "true" : "false"}
                  .value=${live(draft.words)}
                  @change=${(event: Event) => {
                    const { value } = event.target as HTMLInputElement;
                    this.#set(axis, { ...draft, words: value });
                  }}
                />
              </label>`
            : nothing
        }
      </div>
      ${refused ? html`<p class="problem" role="alert">${text.needNumbers}</p>` : nothing}`;
  }

  #number(
    label: string,
    value: number,
    [least, most]: readonly [number, number],
    set: (value: number) => void,
    title = "",
  ): TemplateResult {
    return html`<label title=${title || nothing}
      >${label}
      <input
        class="number"
        type="number"
        min=${least}
        max=${most}
        step="1"
        .value=${live(String(value))}
        @change=${(event: Event) => {
          const given = Number((event.target as HTMLInputElement).value);
          if (Number.isFinite(given))
            set(Math.min(most, Math.max(least, Math.round(given))));
          this.requestUpdate();
        }}
      />
    </label>`;
  }

  protected override render(): TemplateResult {
    const { store } = this.#state;
    const choices = sweepChoices(this.#config);
    return html`<form aria-label=${text.form} @submit=${this.#submit}>
      ${this.#axis(0, choices)}${this.#axis(1, choices)}
      <div class="three">
        ${this.#number(text.seeds, this.#seeds, [1, MOST_SEEDS], (n) => {
          this.#seeds = n;
        })}
        ${this.#number(
          text.steps,
          this.#steps ?? this.#config.base.steps,
          [1, 1e6],
          (n) => {
            this.#steps = n;
          },
        )}
        ${this.#number(
          text.samples,
          this.#samples,
          [0, MOST_SAMPLES],
          (n) => {
            this.#samples = n;
          },
          text.samplesTitle,
        )}
      </div>
      <div class="row">
        <button class="button" ?disabled=${!canTrain(store)}>
          ${text.run}
        </button>
        <slot></slot>
      </div>
    </form>`;
  }
}

customElements.define("lab-sweep-form", LabSweepForm);

declare global {
  interface HTMLElementTagNameMap {
    "lab-sweep-form": LabSweepForm;
  }
  interface HTMLElementEventMap {
    "lab-sweep-run": SweepEvent;
  }
}
