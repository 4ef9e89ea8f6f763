/** Where a run's time and memory go: speed, kernels, memory, limits. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { ProfileReadout } from "../session/profile-protocol.ts";
import { DialogElement } from "./dialog-element.ts";
import { quantity, whole } from "./format.ts";
import { bytesText, kernelRows } from "./profile-rows.ts";
import { profileText as words } from "./strings-profile.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";

export class LabProfile extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      :host {
        --dialog-width: 560px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        font-size: 12px;
        line-height: 16px;
      }
      dl > div {
        display: contents;
      }
      dt,
      dd {
        padding: 4px 0;
        border-top: 1px solid var(--rule);
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--ink-3);
        padding-right: 32px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        margin: 16px 0 8px;
        font-size: 12px;
        line-height: 16px;
        font-variant-numeric: tabular-nums;
      }
      caption {
        text-align: left;
        font-weight: 600;
        padding-bottom: 6px;
      }
      th {
        font-weight: 400;
        color: var(--ink-3);
      }
      th,
      td {
        padding: 3px 0 3px 12px;
        text-align: right;
        border-top: 1px solid var(--rule);
      }
      th:first-child,
      td:first-child {
        text-align: left;
        padding-left: 0;
        overflow-wrap: anywhere;
      }
      meter {
        width: 64px;
        height: 8px;
        vertical-align: middle;
      }
      p {
        margin: 8px 0;
      }
      details {
        margin: 12px 0;
      }
    `,
  ];

  protected override readonly heading = words.title;
  readonly #state = new StoreController(
    this,
    (state) => [state.engine, state.stepsPerSecond] as const,
  );
  #profile: ProfileReadout | null = null;
  #measuring = false;

  override show(): void {
    super.show();
    void this.#measure();
  }

  async #measure(): Promise<void> {
    if (this.#measuring) return;
    this.#measuring = true;
    this.requestUpdate();
    try {
      this.#profile = await this.#state.store.profile();
    } finally {
      this.#measuring = false;
      this.requestUpdate();
    }
  }

  #numbers({ chunkSteps, device }: ProfileReadout): TemplateResult {
    const [engine, rate] = this.#state.value;
    const row = (name: string, value: unknown) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
    const adapter =
      device === null
        ? (engine?.adapter ?? text.engine.cpu)
        : `${text.engine.webgpu} · ${device.adapter}${device.tier === "software" ? ` (${text.engine.software})` : ""}`;
    return html`<dl>
      ${row(words.engine, adapter)}
      ${row(words.speed, words.speedValue(rate > 0 ? quantity(rate) : "–"))}
      ${row(words.chunk, whole(chunkSteps))}
      ${
        device?.bytes === null || device?.bytes === undefined
          ? nothing
          : row(words.memory, bytesText(device.bytes))
      }
    </dl>`;
  }

  #kernels({ kernels, steps, device }: ProfileReadout): TemplateResult {
    if (!kernels)
      return html`<p class="small mute">
        ${device ? words.noTimes.device : words.noTimes.cpu}
      </p>`;
    return html`<table>
        <caption>
          ${words.caption(steps)}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.kernel}</th>
            <th scope="col">${words.dispatches}</th>
            <th scope="col">${words.time}</th>
            <th scope="col">${words.share}</th>
          </tr>
        </thead>
        <tbody>
          ${kernelRows(kernels, steps).map(
            ({ name, variant, dispatches, microseconds, share }) =>
              html`<tr>
                <td>${name} <span class="mute">${variant}</span></td>
                <td>${quantity(dispatches)}</td>
                <td>${quantity(microseconds)}</td>
                <td>
                  <meter aria-hidden="true" value=${share}></meter>
                  ${whole(Math.round(100 * share))} %
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="small mute">${words.note}</p>`;
  }

  #limits({ device }: ProfileReadout): TemplateResult | typeof nothing {
    if (!device) return nothing;
    return html`<details class="small">
      <summary>${words.limits}</summary>
      <dl>
        ${device.limits.map(
          ({ name, value }) =>
            html`<div>
              <dt>${name}</dt>
              <dd>
                ${name.endsWith("Size") ? bytesText(value) : whole(value)}
              </dd>
            </div>`,
        )}
        <div>
          <dt>${words.features}</dt>
          <dd>${device.features.join(", ") || words.noFeatures}</dd>
        </div>
      </dl>
    </details>`;
  }

  protected override body(): TemplateResult {
    const profile = this.#profile;
    return html`${
        profile
          ? html`${this.#numbers(profile)} ${this.#kernels(profile)}
            ${this.#limits(profile)}`
          : html`<p>${this.#measuring ? words.measuring : words.none}</p>`
      }
      <button
        type="button"
        class="button"
        autofocus
        aria-disabled=${this.#measuring ? "true" : "false"}
        @click=${() => void this.#measure()}
      >
        ${this.#measuring && profile ? words.measuring : words.measure}
      </button>`;
  }
}

customElements.define("lab-profile", LabProfile);

declare global {
  interface HTMLElementTagNameMap {
    "lab-profile": LabProfile;
  }
}
