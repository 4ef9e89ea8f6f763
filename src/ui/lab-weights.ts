/** The weights of all lanes as heat maps, one color scale for the same matrix in every lane. */
import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { ModelKind } from "../experiment/config.ts";
import { quantity } from "./format.ts";
import { paintRamp } from "./heat-colors.ts";
import { icon } from "./icons.ts";
import { largest } from "./lab-heat-map.ts";
import { laneClass } from "./lane-text.ts";
import { isNetwork } from "./networks.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";
import { onTheme, themeNow } from "./theme.ts";

/** Title of a matrix: networks have heads and first layers that linear models do not. */
function titleOf(model: ModelKind, name: string): string {
  const known = text.weights.names[model][name];
  if (known !== undefined) return known;
  if (name.startsWith("encV")) return text.weights.logVariance(name.slice(4));
  if (name.startsWith("dec"))
    return text.weights.firstLayer(/^dec(?:U)?([12]?)/.exec(name)?.[1] ?? "");
  return name;
}

export class LabWeights extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    css`
      section {
        height: 100%;
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
      }
      .lane {
        min-width: 0;
        min-height: 0;
        display: flex;
        flex-direction: column;
        padding: 6px var(--gutter) 6px;
      }
      .lane + .lane {
        border-left: 1px solid var(--rule);
      }
      .top {
        height: 20px;
        font-size: 12px;
        line-height: 16px;
      }
      .scale {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        margin-left: 8px;
        color: var(--ink-3);
      }
      .ramp {
        width: 56px;
        height: 7px;
        outline: 1px solid var(--edge);
      }
      .rotate {
        gap: 5px;
        min-height: 20px;
      }
      .rotate .icon {
        width: 12px;
        height: 12px;
      }
      .maps {
        flex: 1 1 0;
        min-height: 0;
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 12px;
        margin-top: 4px;
      }
      p.waiting {
        padding: 12px var(--gutter);
      }
      @media (max-width: 899px) {
        section {
          display: block;
        }
        .lane {
          padding: 8px 0;
        }
        .lane + .lane {
          border: 0;
          border-top: 1px solid var(--rule);
        }
        .maps {
          flex: none;
          grid-auto-flow: row;
          grid-template-columns: repeat(2, minmax(0, 1fr));
          grid-auto-rows: 172px;
        }
        .rotate {
          min-height: 44px;
        }
        .top {
          height: 44px;
        }
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.tensors, state.rotated, state.lanes.length] as const,
  );
  #undo: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = onTheme(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    for (const canvas of this.renderRoot.querySelectorAll<HTMLCanvasElement>(
      ".ramp",
    ))
      paintRamp(canvas, themeNow());
  }

  /** One end of scale for all matrices of all lanes: their entries can be compared by eye. */
  #most(): number {
    const [all] = this.#state.value;
    return Math.max(
      1e-6,
      ...all.flatMap((tensors) =>
        tensors.map((tensor) => largest(tensor.values)),
      ),
    );
  }

  #lane(name: string, index: number, most: number): TemplateResult {
    const [tensors, rotated] = this.#state.value;
    const on = rotated.at(index) ?? false;
    const { lanes: all } = this.#state.store.state;
    const { model } = all[index].settings;
    return html`<div class="lane">
      <div class="row top">
        <b class="lane-text ${laneClass(index)}">${name}</b>
        <span class="scale" aria-hidden="true"
          >−${quantity(most)}<canvas class="ramp" width="57" height="1"></canvas
          >${quantity(most)}</span
        >
        ${
          isNetwork(all[index].settings)
            ? nothing // hidden units have no axes to turn the latents to
            : html`<button
                type="button"
                class="link small push row rotate"
                aria-pressed=${on}
                title=${text.weights.rotateTitle}
                @click=${() => void this.#state.store.rotate(index, !on)}
              >
                ${icon("rotate")}${on ? text.weights.unrotate(name) : text.weights.rotate(name)}
              </button>`
        }
      </div>
      <div class="maps">
        ${tensors[index].map((tensor) => html`<lab-heat-map .tensor=${tensor} .most=${most} .name=${titleOf(model, tensor.name)} lane=${name}></lab-heat-map>`)}
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const [tensors] = this.#state.value;
    const { lanes: all } = this.#state.store.state;
    if (tensors.length === 0 || tensors.every((list) => list.length === 0))
      return html`<p class="small mute waiting">${text.weights.waiting}</p>`;
    const most = this.#most();
    return html`<section aria-label=${text.weights.title}>
      ${all.slice(0, tensors.length).map((lane, i) => this.#lane(lane.name, i, most))}
    </section>`;
  }
}

customElements.define("lab-weights", LabWeights);

declare global {
  interface HTMLElementTagNameMap {
    "lab-weights": LabWeights;
  }
}
