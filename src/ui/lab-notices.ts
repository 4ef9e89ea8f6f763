/** What was given but is not used as given: never silent, never in the way. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Notice } from "../experiment/config.ts";
import { FIELDS } from "../experiment/fields.ts";
import { count } from "./format.ts";
import { icon } from "./icons.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, columns, controls } from "./styles.ts";

const OF_LINKS = new Set<Notice["code"]>([
  "clamped",
  "unknown",
  "invalid",
  "missing",
  "cut",
  "newer",
]);

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** A field's own label for its key or link key; nothing for the check value. */
function fieldLabel(field: string | undefined): string {
  const row = FIELDS.find(({ key, link }) => key === field || link === field);
  return row?.label ?? (field === "x" ? "" : (field ?? ""));
}

/** The address of a link as it was given; whole addresses and what is no fragment stand as they are. */
function addressOf(given: string): string {
  return given.startsWith("#")
    ? location.href.replace(/#.*$/s, "") + given
    : given;
}

export class LabNotices extends LitElement {
  static override styles = [
    base,
    controls,
    columns,
    css`
      section {
        border-bottom: 1px solid var(--rule);
        background: var(--sub);
        align-items: start;
      }
      .columns > * {
        padding-block: 10px;
      }
      .message {
        grid-column: 2 / 4;
        max-height: 152px;
        overflow: auto;
      }
      dl {
        display: grid;
        grid-template-columns: max-content max-content max-content minmax(
            12em,
            1fr
          );
        gap: 0 16px;
      }
      dl > div {
        display: contents;
      }
      dd,
      dt {
        min-width: 0;
        overflow-wrap: anywhere;
        max-width: 18em;
      }
      dd:last-child {
        max-width: none;
      }
      s {
        color: var(--ink-3);
      }
      .plain {
        color: var(--ink-2);
      }
      .acts {
        flex-direction: column;
        align-items: flex-start;
        gap: 0;
      }
      .link {
        min-height: 24px;
      }
      @media (max-width: 1199px) {
        .acts {
          grid-column: 2 / 4;
          flex-direction: row;
          gap: 16px;
        }
        .columns > .message {
          padding-bottom: 0;
        }
        .columns > .acts {
          padding-top: 0;
        }
      }
      @media (max-width: 899px) {
        .lead {
          display: none;
        }
        section {
          font-size: 13px;
          line-height: 20px;
        }
        .message {
          max-height: 176px;
        }
        dl {
          grid-template-columns: auto auto 1fr;
          gap: 0 12px;
          margin-top: 4px;
        }
        dl .why {
          grid-column: 1 / -1;
          margin-bottom: 6px;
        }
        .acts {
          gap: 24px;
        }
        .link {
          min-height: 44px;
        }
      }
    `,
  ];

  /** The address that was copied. */
  #copied = "";
  readonly #state = new StoreController(this, (state) => state.notices);

  get #original(): string {
    return addressOf(this.#state.store.state.given);
  }

  readonly #copy = async (): Promise<void> => {
    const original = this.#original;
    await navigator.clipboard.writeText(original);
    this.#copied = original;
    this.requestUpdate();
  };

  #rows(notices: readonly Notice[]): TemplateResult {
    return html`<dl>
      ${notices.map(
        ({ field, given, used, message }) =>
          html`<div>
            <dt>${fieldLabel(field)}</dt>
            <dd>
              ${given === undefined ? nothing : html`<s><span class="hidden-text">${text.notices.given}: </span>${given}</s>`}
            </dd>
            <dd>
              ${used === undefined ? nothing : html`<b><span class="hidden-text">${text.notices.used}: </span>${used}</b>`}
            </dd>
            <dd class="soft why">${message}</dd>
          </div>`,
      )}
    </dl>`;
  }

  #offer(action: NonNullable<Notice["action"]>): TemplateResult {
    const { store } = this.#state;
    return html`<button
      type="button"
      class="link"
      @click=${() => {
        if (action === "smaller") store.useSmaller();
        else void store.runs()?.then((runs) => runs.resume());
      }}
    >
      ${text.notices[action]}
    </button>`;
  }

  protected override render(): TemplateResult {
    const notices = this.#state.value;
    if (notices.length === 0) return html`<div role="status"></div>`;
    const detailed = notices.filter(
      (n) => n.given !== undefined || n.used !== undefined,
    );
    const plain = notices.filter((n) => !detailed.includes(n));
    const link = notices.some((n) => OF_LINKS.has(n.code));
    const title = link
      ? text.notices.replaced(
          text.notices.things(
            capital(count(notices.length)),
            notices.length === 1,
          ),
        )
      : text.notices.heard(notices.length);
    const offers = notices.flatMap(({ action }) => action ?? []);
    const alone = detailed.length === 0 && plain.length === 1;
    return html`<div role="status">
      <section class="columns" aria-label=${text.notices.label}>
        <div class="lead row soft">
          ${icon("info")}${link ? text.notices.link : text.notices.run}
        </div>
        <div
          class="message"
          tabindex="0"
          role="group"
          aria-label=${text.notices.label}
        >
          <h2>${alone ? plain[0].message : title}</h2>
          ${alone ? nothing : plain.map((notice) => html`<p class="plain">${notice.message}</p>`)}
          ${detailed.length > 0 ? this.#rows(detailed) : nothing}
        </div>
        <div class="acts row">
          ${link ? html`<button type="button" class="link" @click=${() => void this.#copy()}>${this.#copied === this.#original ? text.notices.copied : text.notices.copyOriginal}</button>` : nothing}
          ${offers.map((action) => this.#offer(action))}
          <button
            type="button"
            class="link"
            @click=${() => {
              this.#state.store.dismissNotices();
            }}
          >
            ${text.notices.dismiss}
          </button>
        </div>
      </section>
    </div>`;
  }
}

customElements.define("lab-notices", LabNotices);

declare global {
  interface HTMLElementTagNameMap {
    "lab-notices": LabNotices;
  }
}
