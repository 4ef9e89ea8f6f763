/** The sentence that says what happens, beside the preset's question and the engine. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { PRESETS } from "../experiment/presets.ts";
import { RequestEvent } from "./actions.ts";
import "./lab-engine.ts";
import "./lab-scrub.ts";
import { rich } from "./rich.ts";
import { StoreController } from "./store-controller.ts";
import { presetText } from "./strings-presets.ts";
import { plainText, story } from "./story.ts";
import { text } from "./strings.ts";
import { base, columns, controls, lanes } from "./styles.ts";

export class LabStory extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    columns,
    css`
      section {
        padding: 16px 0 4px;
        align-items: start;
      }
      .question {
        padding-top: 2px;
      }
      /* The first line stays as high as it is without the button. */
      .question .link {
        margin-block: -4px;
      }
      .question span {
        font-size: 13px;
        line-height: 20px;
      }
      .story {
        position: relative;
        grid-column: 2 / 4;
        font-size: 20px;
        line-height: 28px;
        letter-spacing: -0.006em;
        text-wrap: pretty;
        min-height: 56px;
      }
      .trouble {
        font-size: 13px;
        line-height: 20px;
        letter-spacing: 0;
      }
      /* In the room below: what follows stays where it is. */
      .progress {
        position: absolute;
        inset: 100% var(--gutter) auto;
        display: flex;
        gap: 12px;
        align-items: center;
        color: var(--ink-2);
        letter-spacing: 0;
        white-space: nowrap;
      }
      progress {
        appearance: none;
        height: 2px;
        width: 160px;
        border: 0;
        background: var(--rule);
      }
      progress::-webkit-progress-bar {
        background: var(--rule);
      }
      progress::-webkit-progress-value {
        background: var(--ink);
      }
      progress::-moz-progress-bar {
        background: var(--ink);
      }
      lab-engine {
        padding-top: 2px;
      }
      @media (max-height: 840px) and (min-width: 900px) {
        section {
          padding-top: 10px;
        }
      }
      @media (max-width: 1199px) {
        .story {
          font-size: 17px;
          line-height: 24px;
          min-height: 48px;
        }
        lab-engine {
          display: none;
        }
      }
      @media (max-width: 899px) {
        section {
          padding: 12px 0 0;
        }
        /* Three lines: most sentences have two or three, and change as it trains. */
        .story {
          min-height: 72px;
        }
        .progress {
          line-height: 12px;
        }
        .question {
          display: none;
        }
        br {
          display: none;
        }
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) =>
      [
        state.preset,
        state.progress,
        state.look,
        state.status,
        ...state.lanes,
      ] as const,
  );
  #announced = "";

  #question(): TemplateResult {
    const title = this.#state.store.state.preset;
    const index = PRESETS.findIndex((preset) => preset.title === title);
    const preset = PRESETS[index] as (typeof PRESETS)[number] | undefined;
    return html`<p class="question small mute">
      ${preset ? text.app.presetOf(index + 1, PRESETS.length) : text.header.ownExperiment}
      ${
        preset && this.#state.store.state.status === "done"
          ? html`<button
              type="button"
              class="link"
              @click=${() => this.dispatchEvent(new RequestEvent("presets"))}
            >
              ${presetText.answer}
            </button>`
          : nothing
      }<br />
      <span class="soft">${preset?.question ?? text.app.ownQuestion}</span>
    </p>`;
  }

  #progress(): TemplateResult | typeof nothing {
    const { progress } = this.#state.store.state;
    if (!progress) return nothing;
    return html`<span class="progress small" role="status"
      >${progress.label}
      <progress
        aria-label=${progress.label}
        max="1"
        .value=${progress.fraction ?? 0}
        ?hidden=${progress.fraction === null}
      ></progress
    ></span>`;
  }

  protected override render(): TemplateResult {
    const { first, second, trouble } = story(this.#state.store.state.lanes);
    const looking = this.#state.store.state.look !== null;
    const said = plainText([...first, ...second, ...trouble]);
    if (said) this.#announced = said;
    return html`<section class="columns" aria-label=${text.app.happening}>
      ${this.#question()}
      <div class="story">
        ${looking ? nothing : html`<p aria-hidden="true">${rich(first)}<br />${rich(second)}</p>`}
        <lab-scrub></lab-scrub>
        ${trouble.length > 0 ? html`<p class="trouble soft" aria-hidden="true">${rich(trouble)}</p>` : nothing}
        <p class="hidden-text" aria-live="polite">${this.#announced}</p>
        ${this.#progress()}
      </div>
      <lab-engine></lab-engine>
    </section>`;
  }
}

customElements.define("lab-story", LabStory);

declare global {
  interface HTMLElementTagNameMap {
    "lab-story": LabStory;
  }
}
