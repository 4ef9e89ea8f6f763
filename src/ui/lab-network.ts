/** What maps are made of: linear, hidden layers, or convolutions; where lanes differ, a block each. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import {
  laneSettings,
  type Network,
  type Settings,
} from "../experiment/config.ts";
import { fieldOf } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { mayHoldImages } from "../experiment/images.ts";
import { networkKind } from "../experiment/network-text.ts";
import {
  MAX_CHANNELS,
  MAX_HIDDEN,
  NETWORK_KINDS,
} from "../experiment/ranges.ts";
import { entry } from "./entry.ts";
import { changeIn, checked, lanesWith } from "./edit.ts";
import { fieldStyles } from "./field-styles.ts";
import { icon } from "./icons.ts";
import { laneClass } from "./lane-text.ts";
import {
  architecture,
  networkAs,
  type NetworkWord,
  readWidths,
  withLayer,
} from "./layers-edit.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

const MOST = { hidden: MAX_HIDDEN, channels: MAX_CHANNELS } as const;
type Part = "hidden" | "channels";

export class LabNetwork extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    fieldStyles,
    css`
      .list {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: 4px 6px;
        margin-top: 4px;
        align-items: center;
      }
      .list label {
        grid-column: 1 / 4;
        color: var(--ink-2);
        margin-bottom: -2px;
      }
      .list .number {
        width: 100%;
        text-align: left;
      }
      .shape {
        margin-top: 4px;
        color: var(--ink-2);
        font-variant-numeric: tabular-nums;
      }
      .kind {
        max-width: 150px;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.config, ...state.lanes.map(({ data }) => data)] as const,
  );
  /** Why the last entry was not taken, by lane. */
  #refused: ReadonlyMap<number, string> = new Map();

  #set(raw: unknown, lane: number): void {
    const { store } = this.#state;
    const found = checked("network", raw);
    this.#refused = new Map();
    if ("message" in found) this.#refused = new Map([[lane, found.message]]);
    else
      store.change(changeIn(store.state.config, "network", found.value, lane));
    this.requestUpdate();
  }

  #named(label: string, lane: number): string {
    return lanesWith(this.#state.value[0], "network").length > 1
      ? text.controls.inLane(label, laneName(lane))
      : label;
  }

  #list(network: Network, part: Part, lane: number): TemplateResult {
    const list =
      part === "hidden"
        ? network.hidden
        : network.kind === "conv"
          ? network.channels
          : [];
    const title = text.network[part];
    const label = this.#named(title, lane);
    const set = (next: readonly (number | string)[]) => {
      this.#set({ ...network, [part]: next }, lane);
    };
    const id = `${part}-${String(lane)}`;
    const last =
      list.length === 0 || (part === "channels" && list.length === 1);
    return html`<div class="list small">
      <label for=${id}>${title}</label>
      <input
        class="number"
        id=${id}
        aria-label=${label}
        aria-describedby="help"
        aria-invalid=${this.#refused.has(lane) ? "true" : "false"}
        inputmode="numeric"
        placeholder=${text.network.none}
        .value=${entry(list.join(", "))}
        @change=${(event: Event) => {
          set(readWidths((event.target as HTMLInputElement).value));
        }}
      />
      <button
        type="button"
        class="button square"
        aria-label=${text.network.remove(label)}
        title=${text.network.remove(label)}
        ?disabled=${last}
        @click=${() => {
          set(list.slice(0, -1));
        }}
      >
        ${icon("minus")}
      </button>
      <button
        type="button"
        class="button square"
        aria-label=${text.network.add(label)}
        title=${text.network.add(label)}
        ?disabled=${list.length >= MOST[part]}
        @click=${() => {
          set(withLayer(list, part));
        }}
      >
        ${icon("plus")}
      </button>
    </div>`;
  }

  #kind(settings: Settings, lane: number): TemplateResult {
    const word = networkKind(settings.network);
    // Convolutions need pixels; of a file only opening it tells.
    const images = mayHoldImages(settings.data);
    return html`<select
      class="select push kind"
      aria-label=${this.#named(text.network.kind, lane)}
      @change=${(event: Event) => {
        this.#set(
          networkAs(
            settings.network,
            (event.target as HTMLSelectElement).value as NetworkWord,
          ),
          lane,
        );
      }}
    >
      ${NETWORK_KINDS.filter(({ value }) => value !== "conv" || images || word === "conv").map(({ value, label }) => html`<option value=${value} ?selected=${value === word}>${label}</option>`)}
    </select>`;
  }

  #lane(lane: number, many: boolean): TemplateResult {
    const [config] = this.#state.value;
    const settings = laneSettings(config, lane);
    const { network } = settings;
    const { data } = this.#state.store.state.lanes[lane];
    const word = networkKind(network);
    return html`${
      many
        ? html`<div class="row small lane">
            <span class="lane-mark ${laneClass(lane)}"></span>${laneName(lane)}
            ${this.#kind(settings, lane)}
          </div>`
        : nothing
    }
    ${word === "conv" ? this.#list(network, "channels", lane) : nothing}
    ${word === "linear" ? nothing : this.#list(network, "hidden", lane)}
    ${
      word === "linear"
        ? nothing
        : html`<p
            class="small shape"
            aria-label=${text.network.layers(architecture(network, settings.latents, data?.columns ?? null, data?.image ?? null))}
          >
            ${architecture(network, settings.latents, data?.columns ?? null, data?.image ?? null)}
          </p>`
    }`;
  }

  protected override render(): TemplateResult {
    const [config] = this.#state.value;
    const field = fieldOf("network");
    const all = lanesWith(config, "network");
    const many = all.length > 1;
    const words = all.map((lane) =>
      networkKind(laneSettings(config, lane).network),
    );
    const refused = [...this.#refused.values()].at(0);
    const help = words.includes("conv")
      ? text.network.channelsHelp
      : words.includes("dense")
        ? text.network.hiddenHelp
        : text.network.linearHelp;
    return html`<div class="row title">
        <span>${field.label}</span>
        ${many ? nothing : this.#kind(laneSettings(config, all[0]), all[0])}
      </div>
      ${all.map((lane) => this.#lane(lane, many))}
      <p
        id="help"
        class="help small ${refused === undefined ? "mute" : "refused"}"
        role=${refused === undefined ? nothing : "alert"}
      >
        ${refused ?? help}
      </p>`;
  }
}

customElements.define("lab-network", LabNetwork);

declare global {
  interface HTMLElementTagNameMap {
    "lab-network": LabNetwork;
  }
}
