/** The link, how long it is, and what it contains. */
import { css, html, nothing, type TemplateResult } from "lit";
import { laneSettings, type Settings } from "../experiment/config.ts";
import { describeValue, fieldOf } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { differences } from "../experiment/schema.ts";
import { DialogElement } from "./dialog-element.ts";
import { setting, whole } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { StoreController } from "./store-controller.ts";
import { madeOf } from "./lane-text.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";

function dataText({ data }: Settings): string {
  if (data.kind === "spectrum") return text.share.spectrum(data.theta.length);
  if (data.kind === "file") return text.share.file(data.name);
  return text.share.drawn(
    data.kind === "digits8" ? text.data.digits8 : text.data.digits28,
  );
}

/** Keys of the link in bold: `#v=1&m=lin` reads as words. */
function linkText(link: string): TemplateResult[] {
  return link
    .split(/(?<=[#&])([a-z0-9]+)(?==)/)
    .map((part, i) => (i % 2 ? html`<b>${part}</b>` : html`${part}`));
}

export class LabShare extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      .url {
        border: 1px solid var(--edge);
        border-radius: var(--control-radius);
        padding: 8px 10px;
        font-size: 12px;
        line-height: 18px;
        word-break: break-all;
        color: var(--ink-2);
        max-height: 128px;
        overflow: auto;
      }
      .url b {
        color: var(--ink);
      }
      .copy {
        margin: 8px 0 14px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        font-size: 12px;
        line-height: 16px;
        margin-top: 4px;
      }
      dl > div {
        display: contents;
      }
      dt,
      dd {
        padding: 4px 0;
        border-top: 1px solid var(--rule);
      }
      dt {
        color: var(--ink-3);
        padding-right: 32px;
      }
    `,
  ];

  protected override readonly heading = text.share.title;
  #word: string = text.share.copy;
  readonly #state = new StoreController(
    this,
    (state) => [state.link, state.config] as const,
  );

  override show(): void {
    this.#word = text.share.copy;
    super.show();
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.#link);
      this.#word = text.share.copied;
    } catch {
      this.#word = text.share.failed;
    }
    this.requestUpdate();
  };

  /** Absolute, whether the store's link is a hash or a whole address. */
  get #link(): string {
    const url = new URL(this.#state.value[0], location.href);
    url.search = "";
    return url.href;
  }

  #rows(): TemplateResult {
    const [, config] = this.#state.value;
    const { base } = config;
    const row = (name: string, value: unknown) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
    const differing = differences(config).map(
      (key, j) =>
        html`${j ? "; " : ""}${fieldOf(key).label.toLowerCase()}:
        ${config.lanes.map(
          (_, i) =>
            html`${i ? ", " : ""}<span class="lane-text ${laneClass(i)}"
                >${laneName(i)}
                ${describeValue(key, laneSettings(config, i))}</span
              >`,
        )}`,
    );
    const batch =
      base.estimator === "exact"
        ? "exact loss"
        : `batch ${whole(base.batchSize)}`;
    return html`<dl>
      ${row(text.share.model, text.share.modelValue(base.model, madeOf(base), whole(base.latents), whole(base.latents2)))}
      ${row(text.share.data, dataText(base))}
      ${row(text.share.weights, html`${symbol("β")} ${setting(base.beta)}, ${symbol("η")} ${setting(base.etaDec)}, ${symbol("ηₑ")} ${setting(base.etaEnc)}`)}
      ${row(text.share.differ, differing.length > 0 ? differing : text.share.nothing)}
      ${row(text.share.training, `${describeValue("optimizer", base)}, ${batch}, seed ${whole(base.seed)}, ${whole(base.steps)} steps`)}
      ${row(text.share.check, text.share.checkValue)}
    </dl>`;
  }

  protected override body(): TemplateResult {
    const link = this.#link;
    return html`<p
        class="url"
        tabindex="0"
        role="region"
        aria-label=${text.share.link}
      >
        ${linkText(link)}
      </p>
      <div class="row copy">
        <button
          type="button"
          class="button solid"
          autofocus
          @click=${() => void this.#copy()}
        >
          ${this.#word}
        </button>
        <span class="small mute">${text.share.length(link.length)}</span>
        <span class="hidden-text" aria-live="polite"
          >${this.#word === text.share.copy ? nothing : this.#word}</span
        >
      </div>
      <h3>${text.share.contains}</h3>
      ${this.#rows()}`;
  }
}

customElements.define("lab-share", LabShare);

declare global {
  interface HTMLElementTagNameMap {
    "lab-share": LabShare;
  }
}
