/** The link, how long it is and what it contains; its QR code, embed, BibTeX, and what a class is shown. */
import { html, nothing, type TemplateResult } from "lit";
import { laneSettings, type Settings } from "../experiment/config.ts";
import { describeValue, fieldOf } from "../experiment/fields.ts";
import { writeLink } from "../experiment/link.ts";
import { describeLane, laneName } from "../experiment/names.ts";
import { type Receipt, writeReceipt } from "../experiment/receipt.ts";
import { differences } from "../experiment/schema.ts";
import { MAX_NOTE, type View, withoutKeys } from "../experiment/view.ts";
import { RequestEvent } from "./actions.ts";
import { DialogElement } from "./dialog-element.ts";
import { setting, whole } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { mapWords } from "./map-words.ts";
import { save } from "./save.ts";
import { qrPath, qrSvg } from "./qr-code.ts";
import { receiptLanes } from "./receipt.ts";
import { embedSnippet, linkBibtex, PAPER_BIBTEX } from "./share-snippets.ts";
import { shareStyles } from "./share-styles.ts";
import { mapText } from "./strings-map.ts";
import { shareText } from "./strings-share.ts";
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
  static override styles = [...DialogElement.styles, shareStyles];

  protected override readonly heading = text.share.title;
  /** What was copied last, and whether that worked. */
  #copied: { readonly what: string; readonly word: string } | null = null;
  /** Wanted in the link, beyond the experiment. */
  #view: View = {};
  #receipt = false;
  #adapter = false;
  readonly #state = new StoreController(
    this,
    (state) =>
      [state.link, state.config, state.view, state.status, state.step] as const,
  );

  override show(): void {
    this.#copied = null;
    // What is open on the page, a map say, goes along; numbers only if asked for.
    const { view } = this.#state.store.state;
    this.#view = withoutKeys(view, ["embed", "lens", "r"]);
    super.show();
  }

  async #copy(what: string, words: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(words);
      this.#copied = { what, word: shareText.copied };
    } catch {
      this.#copied = {
        what,
        word: what === "link" ? text.share.failed : shareText.failed,
      };
    }
    this.requestUpdate();
  }

  #wordOf(what: string, usual: string): string {
    return this.#copied?.what === what ? this.#copied.word : usual;
  }

  /** The author's numbers, if asked for and there: the run rests where it was measured. */
  #numbers(): Receipt | null {
    const { state } = this.#state.store;
    if (state.status === "running") return null;
    const lanes = receiptLanes(state, state.step);
    if (!lanes || state.step === 0) return null;
    const adapter = this.#adapter ? (state.engine?.adapter ?? "") : "";
    return { steps: state.step, lanes, adapter };
  }

  /** Absolute: this page's address, with the experiment and what goes with it. */
  #linkWith(more: View): string {
    const { config } = this.#state.store.state;
    const { note, ...flags } = this.#view;
    const numbers = this.#receipt ? this.#numbers() : null;
    const hash = writeLink(config, {
      ...flags,
      ...(note && { note }),
      ...(numbers && { r: writeReceipt(numbers) }),
      ...more,
    });
    const url = new URL(hash, location.href);
    url.search = "";
    return url.href;
  }

  get #title(): string {
    const { config, preset } = this.#state.store.state;
    return (
      preset ??
      config.lanes
        .map((_, i) => describeLane(laneSettings(config, i), config))
        .join(" against ")
    );
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
    const map =
      this.#view.map === undefined ? null : mapWords(config, this.#view.map);
    return html`<dl>
      ${row(text.share.model, text.share.modelValue(base.model, madeOf(base), whole(base.latents), whole(base.latents2)))}
      ${row(text.share.data, dataText(base))}
      ${row(text.share.weights, html`${symbol("β")} ${setting(base.beta)}, ${symbol("η")} ${setting(base.etaDec)}, ${symbol("ηₑ")} ${setting(base.etaEnc)}`)}
      ${row(text.share.differ, differing.length > 0 ? differing : text.share.nothing)}
      ${row(text.share.training, `${describeValue("optimizer", base)}, ${batch}, seed ${whole(base.seed)}, ${whole(base.steps)} steps`)}
      ${map === null ? nothing : row(mapText.title, map)}
      ${row(text.share.check, text.share.checkValue)}
    </dl>`;
  }

  #qr(link: string): TemplateResult {
    const code = qrPath(link);
    if (!code) return html`<p class="small soft">${shareText.tooLong}</p>`;
    const { size, path } = code;
    return html`<svg
        class="qr"
        viewBox="0 0 ${size} ${size}"
        role="img"
        aria-label=${shareText.qr}
        shape-rendering="crispEdges"
      >
        <path fill="#fff" d="M0 0h${size}v${size}H0z" />
        <path fill="#000" d=${path} />
      </svg>
      <p class="small soft">
        ${shareText.hall}
        <button
          type="button"
          class="link small"
          @click=${() => {
            const file = new Blob([qrSvg(code, shareText.qr)], {
              type: "image/svg+xml",
            });
            save(file, "collapse-lab-qr.svg");
          }}
        >
          ${shareText.download}
        </button>
      </p>`;
  }

  #flag(key: "ask" | "hide" | "lock"): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        .checked=${this.#view[key] !== undefined}
        @change=${(event: Event) => {
          const { checked } = event.target as HTMLInputElement;
          this.#set(
            withoutKeys(this.#view, [key]),
            checked ? { [key]: "1" } : {},
          );
        }}
      />
      ${shareText[key]}
    </label>`;
  }

  #set(view: View, more: View): void {
    this.#view = { ...view, ...more };
    this.#copied = null;
    this.requestUpdate();
  }

  #classroom(): TemplateResult {
    const { engine } = this.#state.store.state;
    const numbers = this.#numbers();
    const note = this.#view.note ?? "";
    const box = (
      label: unknown,
      checked: boolean,
      disabled: boolean,
      change: (on: boolean) => void,
    ) =>
      html`<label class="check">
        <input
          type="checkbox"
          .checked=${checked}
          ?disabled=${disabled}
          @change=${(event: Event) => {
            change((event.target as HTMLInputElement).checked);
            this.#set(this.#view, {});
          }}
        />
        <span>${label}</span>
      </label>`;
    return html`<fieldset>
      <legend><h3>${shareText.classroom}</h3></legend>
      ${this.#flag("ask")}${this.#flag("hide")}${this.#flag("lock")}
      ${box(
        html`${shareText.receipt}
          <span class="mute"
            >${numbers ? shareText.receiptOf(whole(numbers.steps)) : shareText.receiptNone}</span
          >`,
        this.#receipt && numbers !== null,
        numbers === null,
        (on) => {
          this.#receipt = on;
        },
      )}
      ${
        this.#receipt && numbers && engine
          ? box(
              shareText.adapter(engine.adapter),
              this.#adapter,
              false,
              (on) => {
                this.#adapter = on;
              },
            )
          : nothing
      }
      <label class="note"
        ><span>${shareText.note}</span>
        <input
          type="text"
          class="text"
          maxlength=${MAX_NOTE}
          aria-describedby="left"
          .value=${note}
          @input=${(event: Event) => {
            this.#set(this.#view, {
              note: (event.target as HTMLInputElement).value,
            });
          }}
        />
      </label>
      <p class="small mute" id="left">
        ${shareText.noteHelp(MAX_NOTE - Array.from(note).length)}
      </p>
    </fieldset>`;
  }

  #copyLink(what: string, label: string, words: () => string): TemplateResult {
    return html`<button
      type="button"
      class="link small"
      @click=${() => void this.#copy(what, words())}
    >
      ${this.#wordOf(what, label)}
    </button>`;
  }

  #handouts(link: string): TemplateResult {
    // The day of looking is what a citation of a page states.
    // eslint-disable-next-line no-restricted-syntax
    const today = new Date().toISOString().slice(0, 10);
    return html`<p class="handouts">
      ${this.#copyLink("embed", shareText.copyEmbed, () => embedSnippet(this.#linkWith({ embed: "1" }), `Collapse Lab: ${this.#title}`))}
      <span class="small mute">${shareText.embedHelp}</span>
      ${this.#copyLink("cite", shareText.linkCite, () => linkBibtex(link, this.#title, today))}
      ${this.#copyLink("paper", shareText.paperCite, () => PAPER_BIBTEX)}
      <button
        type="button"
        class="link small"
        @click=${() => {
          this.close();
          this.dispatchEvent(new RequestEvent("export"));
        }}
      >
        ${shareText.exportRun}
      </button>
    </p>`;
  }

  protected override body(): TemplateResult {
    const link = this.#linkWith({});
    const word = this.#copied?.word ?? "";
    return html`<div class="sides">
      <div>
        <p class="url" tabindex="0" role="region" aria-label=${text.share.link}>
          ${linkText(link)}
        </p>
        <div class="row copy">
          <button
            type="button"
            class="button solid"
            autofocus
            @click=${() => void this.#copy("link", link)}
          >
            ${this.#wordOf("link", text.share.copy)}
          </button>
          <span class="small mute">${text.share.length(link.length)}</span>
          <span class="hidden-text" aria-live="polite">${word}</span>
        </div>
        <h3>${text.share.contains}</h3>
        ${this.#rows()} ${this.#classroom()}
      </div>
      <div class="aside">${this.#qr(link)} ${this.#handouts(link)}</div>
    </div>`;
  }
}

customElements.define("lab-share", LabShare);

declare global {
  interface HTMLElementTagNameMap {
    "lab-share": LabShare;
  }
}
