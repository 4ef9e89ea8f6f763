/** What step is shown while an earlier one is looked at, and the way back or on from there. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneReadout } from "../session/protocol.ts";
import { laneClass } from "./lane-text.ts";
import { StoreController } from "./store-controller.ts";
import { scrubText } from "./strings-scrub.ts";
import { base, controls, lanes } from "./styles.ts";

type Levels = Pick<LaneReadout, "levels">;

const modesOf = ({ levels }: Levels): number =>
  levels.reduce((sum, { activeModes }) => sum + activeModes, 0);
const unitsOf = ({ levels }: Levels): number =>
  levels.reduce((sum, { std }) => sum + std.length, 0);

export class LabScrub extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    css`
      .row {
        flex-wrap: wrap;
        gap: 0 16px;
        font-size: 13px;
        letter-spacing: 0;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    ({ look, step, branched, config, lanes: all }) =>
      [look, step, branched, config.base.steps, ...all] as const,
  );

  protected override render(): TemplateResult | typeof nothing {
    const [look, step, branched, steps] = this.#state.value;
    const { store } = this.#state;
    if (look !== null)
      return html`<p role="status">
          ${scrubText.looking(look, steps)}${store.state.lanes.map(
            ({ name, readout }, i) =>
              readout
                ? html`${i === 0 ? ", " : "; "}<b
                      class="lane-text ${laneClass(i)}"
                      >${name}</b
                    >
                    ${scrubText.uses(modesOf(readout), unitsOf(readout))}`
                : nothing,
          )}.
        </p>
        <p class="row">
          <button
            type="button"
            class="link"
            title=${scrubText.branchTitle}
            @click=${() => void store.branch()}
          >
            ${scrubText.branch}
          </button>
          <button
            type="button"
            class="link"
            @click=${() => void store.look(null)}
          >
            ${scrubText.back(step)}
          </button>
        </p>`;
    if (!branched) return nothing;
    return html`<p class="small soft" role="status">
      ${scrubText.branched(branched.step, branched.of)}
    </p>`;
  }
}

customElements.define("lab-scrub", LabScrub);

declare global {
  interface HTMLElementTagNameMap {
    "lab-scrub": LabScrub;
  }
}
