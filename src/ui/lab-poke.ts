/** The poke test: a button for each lane with something dead in it, and what came of it. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { PokeReadout } from "../session/poke-protocol.ts";
import type { LaneState } from "../session/store.ts";
import { laneClass } from "./lane-text.ts";
import { isNetwork } from "./networks.ts";
import { StoreController } from "./store-controller.ts";
import { pokeText } from "./strings-poke.ts";
import { base, controls, lanes } from "./styles.ts";

interface Dead {
  readonly count: number;
  readonly what: PokeReadout["what"];
}

/** What a poke would revive; null where all is in use or nothing is measured. */
export function deadOf(lane: LaneState): Dead | null {
  const { readout, settings, diverged } = lane;
  if (!readout || diverged || readout.step === 0) return null;
  const units = readout.levels.reduce(
    (sum, { dead }) => sum + dead.filter(Boolean).length,
    0,
  );
  if (units > 0) return { count: units, what: "units" };
  if (isNetwork(settings)) return null;
  const empty = readout.levels.reduce(
    (sum, { std, activeModes }) => sum + std.length - activeModes,
    0,
  );
  return empty > 0 ? { count: empty, what: "directions" } : null;
}

export class LabPoke extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    css`
      section {
        margin-top: 12px;
      }
      p {
        margin-top: 4px;
      }
      .lane {
        margin-top: 6px;
        gap: 6px;
        align-items: baseline;
      }
      .button {
        white-space: normal;
        height: auto;
        min-height: var(--target);
        text-align: left;
        padding-block: 4px;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) =>
      [
        state.status,
        state.look,
        state.config.base.steps,
        ...state.lanes,
      ] as const,
  );

  #lane(lane: LaneState, index: number): TemplateResult | typeof nothing {
    const dead = deadOf(lane);
    const { poke, readout } = lane;
    if (!dead && !poke) return nothing;
    const [status] = this.#state.value;
    const present = this.#state.store.state.look === null;
    const rests =
      present &&
      (status === "paused" || status === "done" || status === "idle");
    const { store } = this.#state;
    const steps = poke?.steps ?? store.state.config.base.steps;
    const done = poke && readout ? readout.step - poke.step : 0;
    return html`<div class="small" data-lane=${lane.name}>
      <div class="row lane">
        <b class="lane-text ${laneClass(index)}">${lane.name}</b>
        ${
          dead && rests
            ? html`<button
                type="button"
                class="button small"
                title=${pokeText.help}
                @click=${() => void store.poke(index, steps)}
              >
                ${pokeText.button(dead.count, dead.what, steps)}
              </button>`
            : html`<span class="mute">${poke ? "" : pokeText.wait}</span>`
        }
      </div>
      <p role="status">
        ${poke ? (poke.verdict === null ? pokeText.began(poke, done) : pokeText.ended(poke)) : nothing}
      </p>
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { lanes: all } = this.#state.store.state;
    if (!all.some((lane) => deadOf(lane) ?? lane.poke)) return nothing;
    return html`<section aria-label=${pokeText.title}>
      <h3>${pokeText.title}</h3>
      ${all.map((lane, index) => this.#lane(lane, index))}
    </section>`;
  }
}

customElements.define("lab-poke", LabPoke);

declare global {
  interface HTMLElementTagNameMap {
    "lab-poke": LabPoke;
  }
}
